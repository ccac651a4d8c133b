{#- The tables of the ledger, which are all the state (docs/architecture.md). -#}
{% macro create_ledger() %}
create table if not exists ledger.main.llm_calls (
    call_id varchar primary key,
    role varchar,
    model varchar,
    base_url varchar,
    question_keys varchar[],
    attempt integer,
    status varchar,
    error_class varchar,
    error_message varchar,
    raw_reply varchar,
    finish_reason varchar,
    prompt_tokens bigint,
    cached_tokens bigint,
    completion_tokens bigint,
    cost_usd double,
    latency_ms double,
    started_at timestamp,
    invocation_id varchar
);
-- Columns that ledgers of older versions lack.
alter table ledger.main.llm_calls add column if not exists reserved_usd double;
alter table ledger.main.llm_calls add column if not exists reserved_tokens bigint;
alter table ledger.main.llm_calls add column if not exists prompt_bytes bigint;
alter table ledger.main.llm_calls add column if not exists batch_key varchar;
create table if not exists ledger.main.llm_batches (
    batch_key varchar primary key,
    batch_id varchar,
    input_file_id varchar,
    output_file_id varchar,
    error_file_id varchar,
    role varchar,
    model varchar,
    base_url varchar,
    status varchar,
    said varchar,
    n_requests bigint,
    n_completed bigint,
    n_failed bigint,
    created_at timestamp,
    collected_at timestamp,
    invocation_id varchar
);
create table if not exists ledger.main.llm_dialects (
    base_url varchar,
    model varchar,
    feature varchar,
    form varchar,
    said varchar,
    learnt_at timestamp,
    primary key (base_url, model, feature)
);
create table if not exists ledger.main.llm_budget_stops (
    invocation_id varchar,
    role varchar,
    budget varchar,
    n_questions bigint,
    expected_usd double,
    stopped_at timestamp,
    primary key (invocation_id, role)
);
create table if not exists ledger.main.llm_estimates (
    invocation_id varchar,
    role varchar,
    basis varchar,
    model varchar,
    is_asked boolean,
    n_questions bigint,
    n_calls bigint,
    n_calls_low bigint,
    n_calls_high bigint,
    prompt_tokens bigint,
    cached_tokens bigint,
    completion_tokens bigint,
    n_tokens bigint,
    n_tokens_low bigint,
    n_tokens_high bigint,
    cost_usd double,
    cost_usd_low double,
    cost_usd_high double,
    batch_usd double,
    minutes double,
    minutes_low double,
    minutes_high double,
    estimated_at timestamp,
    primary key (invocation_id, role, basis)
);
create table if not exists ledger.main.llm_answers (
    question_key varchar primary key,
    call_id varchar,
    role varchar,
    item_id varchar,
    path varchar,
    tag varchar,
    status varchar,
    error_class varchar,
    answer varchar,
    answered_at timestamp
);
create table if not exists ledger.main.search_results (
    search_key varchar primary key,
    provider varchar,
    corpus_version varchar,
    item_id varchar,
    query varchar,
    status varchar,
    passages varchar,
    searched_at timestamp
);
create table if not exists ledger.main.embeddings (
    model varchar,
    text varchar,
    embedding float[],
    primary key (model, text)
);
create table if not exists ledger.main.student_tags (
    version varchar,
    content_hash varchar,
    tags varchar[],
    scores double[],
    trained_at timestamp,
    primary key (version, content_hash)
);
create table if not exists ledger.main.publications (
    version varchar primary key,
    content_hash varchar,
    n_items bigint,
    n_tags bigint,
    pipeline_version varchar,
    published_at timestamp,
    path varchar,
    invocation_id varchar
);
create table if not exists ledger.main.publication_events (
    event varchar,
    version varchar,
    occurred_at timestamp primary key
);
create table if not exists ledger.main.materializations (
    version varchar,
    online_store varchar,
    materialized_at timestamp,
    n_items bigint
);
create table if not exists ledger.main.items_first_seen (
    item_id varchar primary key,
    first_seen_at timestamp
);
{% endmacro %}

-- An input whose ids are all unknown writes them in another way than the catalogue;
-- below a half it is a warning. Interactions and experiment events have other gates.
{{ config(
    fail_calc="coalesce(max(if(n_read = 0, 2, 1)), 0)",
    warn_if=">= 1",
    error_if=">= 2"
) }}
select
    input_name,
    n_read,
    n_lost,
    example
from {{ ref("stg_input_columns") }}
where
    column_name = 'item_id'
    and input_name not in ('interactions', 'experiment_events')
    and n_read < 0.5 * n_rows

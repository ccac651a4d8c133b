-- Why a tag is selected and another is not: the step at which each candidate stopped,
-- with the reason in words.
with

trails as (
    select
        item_id,
        tag,
        is_candidate,
        rejected_reasons,
        n_paths,
        ensemble_score,
        position,
        is_kept,
        survivor_tag,
        survivor_similarity,
        status,
        base_tag,
        nearest_base_tag,
        similarity,
        match_kind,
        novel_rank,
        is_evaluated,
        verdicts,
        list_filter(verdicts, lambda v: v['evaluator'] = 'lenient')[1] as of_lenient,
        list_filter(verdicts, lambda v: v['evaluator'] = 'strict')[1] as of_strict,
        list_transform(
            list_filter(verdicts, lambda v: v['is_accepted']), lambda v: v['evaluator']
        ) as accepted_by,
        len(list_filter(verdicts, lambda v: v['is_accepted'] is null)) > 0
            as has_missing_verdict,
        array_to_string(
            list_transform(
                verdicts,
                lambda v: v['evaluator'] || ' '
                || coalesce(format('{:.3f}', v['score']), 'gave no answer')
            ),
            ', '
        ) as verdict_words,
        concatenated_tag,
        score,
        rank,
        is_selected,
        selection_reason,
        synonym_tag,
        synonym_similarity
    from {{ ref("int_tag_trails") }}
),

final as (
    select
        item_id,
        tag,
        case
            when not is_candidate then 'rejected_at_generation'
            when not is_kept then 'deduplicated'
            when status = 'novel' and not is_evaluated and concatenated_tag is null
                then 'not_evaluated'
            when concatenated_tag is null and has_missing_verdict
                then 'verdict_missing'
            when concatenated_tag is null then 'rejected_by_evaluators'
            when is_selected then 'selected'
            when selection_reason = 'below_top_k' then 'below_top_k'
            else 'policy'
        end as outcome,
        case outcome
            when 'rejected_at_generation' then array_to_string(rejected_reasons, '; ')
            when 'deduplicated'
                then format(
                        'so similar to "{}" that only that one stays (Dice {:.2f})',
                        survivor_tag, survivor_similarity
                    )
            when 'not_evaluated'
                then format(
                        'novel and number {} of the item; the first {} are evaluated',
                        novel_rank, {{ var("max_evaluated_novel") }}
                    )
            when 'rejected_by_evaluators'
                then 'novel, and no evaluator said Yes: ' || verdict_words
            when 'verdict_missing'
                then 'novel, and a verdict is missing: ' || verdict_words
            when 'below_top_k'
                then format(
                        'number {} of the item; the first {} are kept',
                        rank, {{ var("top_k") }}
                    )
            when 'policy' then selection_reason
            when 'selected'
                then case
                        when status = 'mapped'
                            then format(
                                    'mapped to "{}" ({}); number {}',
                                    base_tag,
                                    match_kind,
                                    rank
                                )
                        when not is_evaluated
                            then format('novel, without a verdict; number {}', rank)
                        when len(accepted_by) = len(verdicts)
                            then format(
                                    'novel, {} evaluators said Yes; number {}',
                                    if(len(verdicts) = 2, 'both', 'all'),
                                    rank
                                )
                        when len(accepted_by) = 1
                            then format(
                                    'novel, the {} evaluator said Yes; number {}',
                                    accepted_by[1],
                                    rank
                                )
                        else format(
                                'novel, {} said Yes; number {}',
                                array_to_string(accepted_by, ' and '),
                                rank
                            )
                    end
        end as reason,
        rejected_reasons,
        n_paths,
        ensemble_score,
        position,
        coalesce(survivor_tag, synonym_tag) as survivor_tag,
        coalesce(survivor_similarity, synonym_similarity) as survivor_similarity,
        status,
        base_tag,
        nearest_base_tag,
        similarity,
        match_kind,
        novel_rank,
        of_lenient['score'] as lenient_score,
        of_lenient['is_accepted'] as is_lenient_yes,
        of_strict['score'] as strict_score,
        of_strict['is_accepted'] as is_strict_yes,
        score,
        rank,
        case when outcome = 'selected' then concatenated_tag end as selected_as
    from trails
)

select * from final

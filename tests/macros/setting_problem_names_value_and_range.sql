-- macro setting_problem: '' at the bounds that are allowed, else name, value and range.
{% set share = [0, 1, true, false] %}
{% set half_open = [0.5, 1, false, true] %}
{% set count = [1, none, false, false] %}
{% set share_range = "; allowed: number in (0, 1]" %}
{% set half_open_range = "; allowed: number in [0.5, 1)" %}
{% set count_range = "; allowed: integer in [1, no limit)" %}
{% set choices_range = "; allowed: a list of one or more of mean, max, none twice" %}
{% set integers_range =
    "; allowed: a list of one or more integers in [1, 1000], none twice" %}
{% set cases = [
    ("number", share, 1, ""),
    ("number", share, 0.000001, ""),
    ("number", share, 0, "var x is 0" ~ share_range),
    ("number", share, 1.000001, "var x is 1.000001" ~ share_range),
    ("number", share, -1, "var x is -1" ~ share_range),
    ("number", share, "0.5", "var x is 0.5" ~ share_range),
    ("number", share, true, "var x is True" ~ share_range),
    ("number", share, none, "var x is None" ~ share_range),
    ("number", half_open, 0.5, ""),
    ("number", half_open, 0.999, ""),
    ("number", half_open, 1, "var x is 1" ~ half_open_range),
    ("number", half_open, 0.499, "var x is 0.499" ~ half_open_range),
    ("integer", count, 1, ""),
    ("integer", count, 1000000, ""),
    ("integer", count, 0, "var x is 0" ~ count_range),
    ("integer", count, 1.5, "var x is 1.5" ~ count_range),
    ("choice", ["mean", "max"], "max", ""),
    ("choice", ["mean", "max"], "min", "var x is min; allowed: mean, max"),
    ("choices", ["mean", "max"], ["max", "mean"], ""),
    ("choices", ["mean", "max"], ["min"], "var x is ['min']" ~ choices_range),
    ("choices", ["mean", "max"], ["max", "max"], "var x is ['max', 'max']" ~ choices_range),
    ("choices", ["mean", "max"], [], "var x is []" ~ choices_range),
    ("choices", ["mean", "max"], "max", "var x is max" ~ choices_range),
    ("choices", ["mean", "max"], 1, "var x is 1" ~ choices_range),
    ("integers", [1, 1000], [5, 10, 1000, 1], ""),
    ("integers", [1, 1000], [], "var x is []" ~ integers_range),
    ("integers", [1, 1000], 5, "var x is 5" ~ integers_range),
    ("integers", [1, 1000], "5", "var x is 5" ~ integers_range),
    ("integers", [1, 1000], [5, 5], "var x is [5, 5]" ~ integers_range),
    ("integers", [1, 1000], [0], "var x is [0]" ~ integers_range),
    ("integers", [1, 1000], [1001], "var x is [1001]" ~ integers_range),
    ("integers", [1, 1000], [2.5], "var x is [2.5]" ~ integers_range),
    ("integers", [1, 1000], ["5"], "var x is ['5']" ~ integers_range),
    ("integers", [1, 1000], [true], "var x is [True]" ~ integers_range),
    ("flag", none, false, ""),
    ("flag", none, "false", "var x is false; allowed: true, false"),
    ("text", none, "", ""),
    ("text", none, 1, "var x is 1; allowed: text (put it in quotes)"),
    ("mapping", none, {}, ""),
    ("mapping", none, [], ""),
] %}
{% set wrong = [] %}
{% for kind, rule, value, expected in cases %}
    {% set actual = setting_problem("x", kind, rule, value) %}
    {% if actual != expected %}
        {% do wrong.append(actual ~ " in place of " ~ expected) %}
    {% endif %}
{% endfor %}

select unnest({{ wrong }}::varchar[]) as problem

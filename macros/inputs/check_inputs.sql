{#- Stops the build before any model if a user's input cannot be read, lacks a required column, or
    has a mapping that names a missing column; names input, column and existing columns. -#}
{% macro check_inputs() %}
    {% if execute %}
        {% for name in declared_inputs() %}
            {% set location = input_location(name) %}
            {% if location %}
                {% set mapping = var(name ~ "_columns") %}
                {% set required = input_columns(name, required=true) | reject("in", mapping.values() | list) %}
                {% set problem = run_query(
                    "select input_problem(" ~ [
                        sql_text(name), sql_text(location), sql_text(tojson(var(name ~ "_read"))),
                        sql_text(tojson(mapping.keys() | list + required | list)),
                    ] | join(", ") ~ ")"
                ).rows[0][0] %}
                {% if problem %}{% do exceptions.raise_compiler_error(problem) %}{% endif %}
                {% set found = found_columns(name) %}
                {% set there = "it has: " ~ found | join(", ") %}
                {% set ours = [] %}
                {% for column in found %}{% do ours.append(mapping.get(column, column)) %}{% endfor %}
                {% for theirs, our in mapping.items() %}
                    {% if theirs not in found %}
                        {% do exceptions.raise_compiler_error(
                            "var " ~ name ~ "_columns maps column '" ~ theirs ~ "', which " ~ location
                            ~ " does not have; " ~ there
                        ) %}
                    {% elif our not in input_columns(name) %}
                        {% do exceptions.raise_compiler_error(
                            "var " ~ name ~ "_columns maps '" ~ theirs ~ "' to '" ~ our
                            ~ "', which is not a column of " ~ name ~ "; allowed: "
                            ~ input_columns(name) | join(", ")
                        ) %}
                    {% endif %}
                {% endfor %}
                {% for column in input_columns(name, required=true) %}
                    {% if column not in ours %}
                        {% do exceptions.raise_compiler_error(
                            "input " ~ name ~ " (" ~ location ~ ") has no column '" ~ column
                            ~ "'; rename it or map yours with --vars '{" ~ name
                            ~ "_columns: {yours: " ~ column ~ "}}'; " ~ there
                        ) %}
                    {% endif %}
                {% endfor %}
                {% do say_forms(name) %}
            {% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}

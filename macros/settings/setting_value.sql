{#- The value of a setting as the run uses it: its var, else its environment variable where it has
    one, else its default place. -#}
{% macro setting_value(name) %}
    {% if name == "poster_root" %}
        {{ return(
            var(name) or env_var("TAGSMITH_POSTER_ROOT", "")
            or ("" if input_location("items") else "seeds/posters")
        ) }}
    {% elif name == "model" %}
        {{ return(var(name) or env_var("TAGSMITH_MODEL", "")) }}
    {% endif %}
    {{ return(tojson(var(name)) if var(name) is mapping or var(name) is sequence and var(name) is not string else var(name)) }}
{% endmacro %}

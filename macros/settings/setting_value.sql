{#- The value of a setting as the run uses it: its var, else its environment variable where it has
    one, else its default place. A relative path is one of the project. -#}
{% macro setting_value(name) %}
    {% if name == "poster_root" %}
        {{ return(
            project_path(var(name) or env_var("TAGSMITH_POSTER_ROOT", ""))
            or ("" if input_location("items") else package_path("seeds/posters"))
        ) }}
    {% elif name == "publish_dir" %}
        {{ return(project_path(env_var("TAGSMITH_PUBLISH_DIR", "") or "data/published")) }}
    {% elif name in ["prompts_folder", "embedded_model_path", "embedded_projector_path"] %}
        {{ return(project_path(var(name))) }}
    {% elif name == "model" %}
        {{ return(var(name) or env_var("TAGSMITH_MODEL", "")) }}
    {% endif %}
    {{ return(tojson(var(name)) if var(name) is mapping or var(name) is sequence and var(name) is not string else var(name)) }}
{% endmacro %}

{#- A path from the project's folder on if it is relative; addresses and absolute paths are
    unchanged (for databases: python_udfs/project_paths.py). -#}
{% macro project_path(path) %}
    {% set is_whole = modules.re.match("[/~\\\\]|[A-Za-z][A-Za-z0-9+.-]*:", path) %}
    {% if not path or is_whole %}{{ return(path) }}{% endif %}
    {{ return(invocation_args_dict["project_dir"] ~ "/" ~ path) }}
{% endmacro %}

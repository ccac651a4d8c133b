{%- set line = remedy_line("the_gate", "It is\nwrong.", "Mend\n  it.") %}
select '{{ line }}' as said
where '{{ line }}' <> 'gate the_gate failed. It is wrong. What to do: Mend it.'

-- Rule sets of a register's own, beside the built-in editions of room criteria.

CREATE FUNCTION register_tables_of_rules() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $ddl$
CREATE TABLE rule_set (
	LIKE monitor.rule_set INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING COMMENTS,
	CONSTRAINT rule_set_has_a_name CHECK (rule_set <> '')
);
COMMENT ON TABLE rule_set IS 'Rule sets of the register''s own, such as a copy of an edition with a limit changed. One of kind list takes part in refresh beside the built-in edition, for the list years from first_list_year to last_list_year.';

CREATE TABLE rule (
	LIKE monitor.rule INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING COMMENTS,
	CONSTRAINT rule_belongs_to_a_rule_set FOREIGN KEY (rule_set) REFERENCES rule_set ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE rule IS 'Criteria of the register''s own rule sets, like monitor.rule.';

CREATE TABLE status_rule (
	LIKE monitor.status_rule INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING COMMENTS,
	CONSTRAINT status_rule_belongs_to_a_rule_set FOREIGN KEY (rule_set) REFERENCES rule_set ON UPDATE CASCADE ON DELETE CASCADE,
	CONSTRAINT base_status_is_a_status_of_the_set FOREIGN KEY (rule_set, base_status) REFERENCES status_rule
		ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE status_rule IS 'Statuses of the register''s own rule sets, like monitor.status_rule.';
$ddl$;
END;
COMMENT ON FUNCTION register_tables_of_rules() IS
'Text of the statements that make a register''s own tables of rules; used by create_register, not for users.';

CREATE PROCEDURE copy_rule_set(register name, from_set text, to_set text,
	first_list_year integer DEFAULT NULL, last_list_year integer DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	schema regnamespace := monitor.register_is_mine(register);
	origin text;
	known text;
BEGIN
	EXECUTE monitor.register_sql(register, $sql$
		SELECT CASE WHEN EXISTS (SELECT FROM @register@.rule_set WHERE rule_set = $1) THEN quote_ident($2)
			WHEN EXISTS (SELECT FROM monitor.rule_set WHERE rule_set = $1) THEN 'monitor' END$sql$)
		INTO origin USING from_set, register;
	IF origin IS NULL THEN
		SELECT string_agg(rule_set, ', ' ORDER BY rule_set) INTO known FROM monitor.rule_set;
		RAISE EXCEPTION 'unknown rule set "%"', coalesce(from_set, 'NULL') USING ERRCODE = 'invalid_parameter_value',
			HINT = format('The built-in sets are %s; the register''s own are in %I.rule_set.', known, register);
	END IF;
	IF to_set IS NULL OR to_set = '' OR EXISTS (SELECT FROM monitor.rule_set WHERE rule_set = to_set) THEN
		RAISE EXCEPTION 'a rule set of the register''s own cannot be called "%"', coalesce(to_set, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Take a name that no built-in set has.';
	END IF;
	CALL monitor.copy_rules(register, 'rule_set', origin, from_set, jsonb_build_object('rule_set', to_set)
		|| jsonb_strip_nulls(jsonb_build_object('first_list_year', first_list_year, 'last_list_year', last_list_year)));
	CALL monitor.copy_rules(register, 'rule', origin, from_set, jsonb_build_object('rule_set', to_set));
	CALL monitor.copy_rules(register, 'status_rule', origin, from_set, jsonb_build_object('rule_set', to_set));
END
$procedure$;
COMMENT ON PROCEDURE copy_rule_set(name, text, text, integer, integer) IS
'Copies a rule set, built-in or the register''s own, with its criteria and statuses into the register''s own tables under a new name, there to be changed. first_list_year and last_list_year say which lists it is applied to, by default those of the original; refresh computes it beside the built-in edition. An unknown set, or a name that a built-in set has: 22023; a name the register has used: 23505; not the owner: 42501.';

CREATE PROCEDURE copy_rules(register name, table_name name, origin text, from_set text, changes jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	EXECUTE monitor.register_sql(register, $sql$
		INSERT INTO @register@.@table@
		SELECT (jsonb_populate_record(NULL::@register@.@table@, to_jsonb(o) || $2)).*
		FROM @origin@.@table@ AS o WHERE o.rule_set = $1$sql$,
		jsonb_build_object('table', quote_ident(table_name), 'origin', origin))
		USING from_set, changes;
END
$procedure$;
COMMENT ON PROCEDURE copy_rules(name, name, text, text, jsonb) IS
'Copies one table''s rows of a rule set. Used by copy_rule_set, not for users.';

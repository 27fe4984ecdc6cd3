-- Rules as data ---------------------------------------------------------------

CREATE TABLE rule_set (
	rule_set text PRIMARY KEY,
	title text NOT NULL,
	kind text NOT NULL CHECK (kind IN ('list', 'letting', 'development')),
	first_list_year int NOT NULL CHECK (first_list_year BETWEEN 1 AND 9999),
	last_list_year int CHECK (last_list_year BETWEEN first_list_year AND 9999),
	reference_note text,
	source text
);
COMMENT ON TABLE rule_set IS
'Built-in rule sets: the editions of the law by the lists they govern, combined letting and the development plan. The same in every installation and read-only; copy the rows into tables of your own to change them. Read by everybody.';
COMMENT ON COLUMN rule_set.rule_set IS 'Name; for an edition of the list the year of the first list it governs.';
COMMENT ON COLUMN rule_set.kind IS 'list: the list of 1 December; letting: combined letting (section 51 b); development: development plan (section 168 a).';
COMMENT ON COLUMN rule_set.first_list_year IS 'First list year governed.';
COMMENT ON COLUMN rule_set.last_list_year IS 'Last list year governed; NULL: still in force.';
COMMENT ON COLUMN rule_set.reference_note IS 'Which dates the figures are of, and how sure that is.';
COMMENT ON COLUMN rule_set.source IS 'Where the rules were read. sure: law or official note; press: press or association text; open: settled by no text read.';

CREATE TABLE rule (
	rule_set text NOT NULL REFERENCES rule_set,
	criterion text NOT NULL,
	measure text NOT NULL CHECK (measure IN ('residents', 'outside_labour', 'convicted', 'basic_education',
		'low_income', 'non_western', 'family_housing')),
	unknown_counts_as text NOT NULL CHECK (unknown_counts_as IN ('not', 'yes', 'excluded', 'undecided')),
	not_approved_counts bool NOT NULL,
	comparator text NOT NULL CHECK (comparator IN ('>', '>=', '<', '<=')),
	threshold_kind text NOT NULL CHECK (threshold_kind IN ('absolute', 'national', 'regional')),
	threshold numeric NOT NULL CHECK (threshold >= 0 AND threshold < 'Infinity'),
	data_offsets int[] NOT NULL CHECK (array_ndims(data_offsets) = 1 AND cardinality(data_offsets) BETWEEN 1 AND 20
		AND array_position(data_offsets, NULL) IS NULL AND -100 <= ALL (data_offsets) AND 100 >= ALL (data_offsets)),
	averaging text NOT NULL CHECK (averaging IN ('mean_of_shares', 'pooled', 'mean_of_counts')),
	source text,
	PRIMARY KEY (rule_set, criterion),
	CHECK (CASE measure
		WHEN 'low_income' THEN threshold_kind = 'regional'
		WHEN 'residents' THEN threshold_kind = 'absolute'
		WHEN 'family_housing' THEN threshold_kind = 'absolute'
		ELSE threshold_kind <> 'regional' END)
);
COMMENT ON TABLE rule IS
'The tests of each built-in rule set. Its row type is what criteria() takes: an array of rows of one set, built in or your own. Read-only, read by everybody.';
COMMENT ON COLUMN rule.criterion IS 'Name of the test within its set.';
COMMENT ON COLUMN rule.measure IS 'What is measured: a count (residents) or a share of a profile; family_housing is measured by development_plan().';
COMMENT ON COLUMN rule.unknown_counts_as IS 'An unknown value counts as not (in the group, does not count), yes (counts; for income: an income of nothing), excluded (not in the group) or undecided (the answer is NULL where unknown values could flip it).';
COMMENT ON COLUMN rule.not_approved_counts IS 'Does education that is not approved in Denmark count as basic school?';
COMMENT ON COLUMN rule.comparator IS 'The criterion is met where value comparator threshold holds.';
COMMENT ON COLUMN rule.threshold_kind IS 'absolute: a percentage or a count; national: a multiple of the national share over the same years by the same average; regional: a percentage of the region''s mean.';
COMMENT ON COLUMN rule.threshold IS 'Percent; for national a multiple, such as 3; for residents a count.';
COMMENT ON COLUMN rule.data_offsets IS 'Data years relative to the list year: {-2,-1} is the two years before the list''s.';
COMMENT ON COLUMN rule.averaging IS 'Average over the data years: mean_of_shares, pooled (counts together over groups together), mean_of_counts (mean count over the group at the list''s date).';
COMMENT ON COLUMN rule.source IS 'Where it was read: sure, press or open, as in rule_set.';

CREATE TABLE status_rule (
	rule_set text NOT NULL REFERENCES rule_set,
	status text NOT NULL,
	rank int NOT NULL,
	required text[] NOT NULL CHECK (array_position(required, NULL) IS NULL),
	criteria text[] NOT NULL CHECK (array_position(criteria, NULL) IS NULL),
	needed int NOT NULL CHECK (needed BETWEEN 0 AND cardinality(criteria)),
	base_status text,
	years_in_row int CHECK (years_in_row > 0),
	counts_in_streak bool NOT NULL,
	printed bool NOT NULL,
	source text,
	PRIMARY KEY (rule_set, status),
	FOREIGN KEY (rule_set, base_status) REFERENCES status_rule,
	CHECK (base_status <> status),
	CHECK (years_in_row IS NULL OR base_status IS NOT NULL),
	CHECK (needed > 0 OR cardinality(required) > 0 OR base_status IS NOT NULL)
);
COMMENT ON TABLE status_rule IS
'The statuses of each built-in rule set: which criteria must all be met, how many of which others, for how many lists in a row. Its row type is what statuses() takes. Read-only, read by everybody.';
COMMENT ON COLUMN status_rule.status IS 'Name of the status, Danish where it is the law''s term.';
COMMENT ON COLUMN status_rule.rank IS 'The higher the stricter; comparable between editions.';
COMMENT ON COLUMN status_rule.required IS 'Criteria that must all be met.';
COMMENT ON COLUMN status_rule.criteria IS 'Criteria of which some must be met.';
COMMENT ON COLUMN status_rule.needed IS 'How many of criteria.';
COMMENT ON COLUMN status_rule.base_status IS 'A status of the same set that must hold too; NULL: none.';
COMMENT ON COLUMN status_rule.years_in_row IS 'For how many lists in a row the base status must have held, this list among them; NULL: this list is enough.';
COMMENT ON COLUMN status_rule.counts_in_streak IS 'Does a list with this status count in the lists in a row, across editions?';
COMMENT ON COLUMN status_rule.printed IS 'Is there a printed list of areas with this status?';
COMMENT ON COLUMN status_rule.source IS 'Where it was read: sure, press or open, as in rule_set.';

-- Only the scripts of the extension itself may write: the built-in sets are the
-- same everywhere, and dumps carry none of these rows.
CREATE FUNCTION read_only() RETURNS trigger
AS 'MODULE_PATHNAME', 'monitor_read_only'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION read_only() IS
'Trigger of the built-in tables rule_set, rule and status_rule: refuses every change (42809) but those of the extension''s own install and update scripts.';

CREATE TRIGGER read_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON rule_set
FOR EACH STATEMENT EXECUTE FUNCTION read_only();
CREATE TRIGGER read_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON rule
FOR EACH STATEMENT EXECUTE FUNCTION read_only();
CREATE TRIGGER read_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON status_rule
FOR EACH STATEMENT EXECUTE FUNCTION read_only();
ALTER TABLE rule_set ENABLE ALWAYS TRIGGER read_only;
ALTER TABLE rule ENABLE ALWAYS TRIGGER read_only;
ALTER TABLE status_rule ENABLE ALWAYS TRIGGER read_only;
GRANT SELECT ON rule_set, rule, status_rule TO PUBLIC;

-- The editions ------------------------------------------------------------------

INSERT INTO rule_set (rule_set, title, kind, first_list_year, last_list_year, reference_note, source) VALUES
('2010', 'Lists of 2010 to 2013: two of three', 'list', 2010, 2013,
	'open: residents and origin on 1 January of the list year; labour market and convictions the mean of the four years before it. press: the list printed in October 2013 is described with the five criteria of the next edition; membership of it counts all the same.',
	'press: three agreeing sources'),
('2014', 'Lists of 2014 to 2017: three of five', 'list', 2014, 2017,
	'open: residents, origin and education on 1 January of the list year; labour market and convictions the mean of the two years before it; income of the year before it.',
	'sure: bill L 45 of 31 October 2013'),
('2018', 'Lists of 2018 to 2020: two of four', 'list', 2018, 2020,
	'open: residents, origin and education on 1 January of the list year; labour market and convictions the mean of the two years before it; income of the year before it.',
	'sure: Act on Social Housing, section 61 a; official note of 1 December 2020 on five lists in a row'),
('2021', 'Lists from 2021: two of four, and the milder four', 'list', 2021, NULL,
	'open: residents, origin and education on 1 January of the list year; labour market and convictions the mean of the two years before it; income of the year before it.',
	'sure: Act on Social Housing, consolidated 2024, sections 61 a and 61 b'),
('combined_letting', 'Combined letting (section 51 b)', 'letting', 2010, NULL,
	'open: residents on 1 January of the year, labour market of the year before it; reported by 1 September for 1 June to 31 May. open: the first year.',
	'sure: Act on Social Housing, consolidated 2024, section 51 b'),
('development_plan', 'Development plan (section 168 a)', 'development', 2018, NULL,
	'sure: family social housing at most 40 % of all dwellings before 1 January 2030. open: the first year is that of the first hard list.',
	'sure: Act on Social Housing, consolidated 2024, section 168 a');

INSERT INTO rule (rule_set, criterion, measure, unknown_counts_as, not_approved_counts, comparator, threshold_kind,
	threshold, data_offsets, averaging, source) VALUES
('2010', 'residents', 'residents', 'not', false, '>=', 'absolute', 1000, '{0}', 'mean_of_shares',
	'sure: at least 1,000 residents on 1 January of the list year'),
('2010', 'outside_labour', 'outside_labour', 'not', false, '>', 'absolute', 40, '{-4,-3,-2,-1}', 'mean_of_shares',
	'press: over 40 %, mean of 4 years. open: which years and which mean'),
('2010', 'convicted', 'convicted', 'not', false, '>', 'absolute', 2.7, '{-4,-3,-2,-1}', 'mean_of_shares',
	'press: over 270 per 10,000 aged 18 and over, mean of 4 years. open: which years and which mean'),
('2010', 'non_western', 'non_western', 'not', false, '>', 'absolute', 50, '{0}', 'mean_of_shares',
	'press: over 50 %'),

('2014', 'residents', 'residents', 'not', false, '>=', 'absolute', 1000, '{0}', 'mean_of_shares',
	'sure: at least 1,000 residents on 1 January of the list year'),
('2014', 'outside_labour', 'outside_labour', 'not', false, '>', 'absolute', 40, '{-2,-1}', 'mean_of_shares',
	'sure: over 40 %, mean of 2 years. open: which mean'),
('2014', 'convicted', 'convicted', 'not', false, '>', 'absolute', 2.7, '{-2,-1}', 'mean_of_shares',
	'sure: over 2.7 % of those aged 18 and over, mean of 2 years. open: which mean'),
('2014', 'basic_education', 'basic_education', 'yes', false, '>', 'absolute', 50, '{0}', 'mean_of_shares',
	'sure: over 50 % of those aged 30-59, unknown education counted in'),
('2014', 'low_income', 'low_income', 'not', false, '<', 'regional', 55, '{-1}', 'mean_of_shares',
	'sure: mean gross income under 55 % of the region''s. open: the income year'),
('2014', 'non_western', 'non_western', 'not', false, '>', 'absolute', 50, '{0}', 'mean_of_shares',
	'sure: over 50 %'),

('2018', 'residents', 'residents', 'not', false, '>=', 'absolute', 1000, '{0}', 'mean_of_shares',
	'sure: at least 1,000 residents on 1 January of the list year'),
('2018', 'outside_labour', 'outside_labour', 'not', false, '>', 'absolute', 40, '{-2,-1}', 'mean_of_shares',
	'sure: over 40 %, mean of 2 years. open: which mean'),
('2018', 'convicted', 'convicted', 'not', false, '>=', 'national', 3, '{-2,-1}', 'mean_of_shares',
	'sure: at least 3 times the national share, mean of 2 years. press: of those aged 18 and over. open: which mean'),
('2018', 'basic_education', 'basic_education', 'not', true, '>', 'absolute', 60, '{0}', 'mean_of_shares',
	'sure: over 60 % of those aged 30-59. press: education not approved in Denmark counts as basic school'),
('2018', 'low_income', 'low_income', 'not', false, '<', 'regional', 55, '{-1}', 'mean_of_shares',
	'sure: mean gross income under 55 % of the region''s. open: the income year'),
('2018', 'non_western', 'non_western', 'not', false, '>', 'absolute', 50, '{0}', 'mean_of_shares',
	'sure: over 50 %, for ghetto only'),

('2021', 'residents', 'residents', 'not', false, '>=', 'absolute', 1000, '{0}', 'mean_of_shares',
	'sure: at least 1,000 residents on 1 January of the list year'),
('2021', 'outside_labour', 'outside_labour', 'not', false, '>', 'absolute', 40, '{-2,-1}', 'mean_of_shares',
	'sure: over 40 %, mean of 2 years. open: which mean'),
('2021', 'convicted', 'convicted', 'not', false, '>=', 'national', 3, '{-2,-1}', 'mean_of_shares',
	'sure: at least 3 times the national share, mean of 2 years. press: of those aged 18 and over. open: which mean'),
('2021', 'basic_education', 'basic_education', 'not', true, '>', 'absolute', 60, '{0}', 'mean_of_shares',
	'sure: over 60 % of those aged 30-59. press: education not approved in Denmark counts as basic school'),
('2021', 'low_income', 'low_income', 'not', false, '<', 'regional', 55, '{-1}', 'mean_of_shares',
	'sure: mean gross income under 55 % of the region''s. open: the income year'),
('2021', 'non_western', 'non_western', 'not', false, '>', 'absolute', 50, '{0}', 'mean_of_shares',
	'sure: over 50 %, for parallelsamfund only'),
('2021', 'prevention_outside_labour', 'outside_labour', 'not', false, '>', 'absolute', 30, '{-2,-1}', 'mean_of_shares',
	'sure: over 30 %, mean of 2 years, for forebyggelse. open: which mean'),
('2021', 'prevention_convicted', 'convicted', 'not', false, '>=', 'national', 2, '{-2,-1}', 'mean_of_shares',
	'sure: at least 2 times the national share, mean of 2 years, for forebyggelse. open: which mean'),
('2021', 'prevention_basic_education', 'basic_education', 'not', true, '>', 'absolute', 60, '{0}', 'mean_of_shares',
	'sure: over 60 % of those aged 30-59, not lowered for forebyggelse'),
('2021', 'prevention_low_income', 'low_income', 'not', false, '<', 'regional', 65, '{-1}', 'mean_of_shares',
	'sure: mean gross income under 65 % of the region''s, for forebyggelse. open: the income year'),
('2021', 'prevention_non_western', 'non_western', 'not', false, '>', 'absolute', 30, '{0}', 'mean_of_shares',
	'sure: over 30 %, required for forebyggelse'),

('combined_letting', 'residents', 'residents', 'not', false, '>=', 'absolute', 1000, '{0}', 'mean_of_shares',
	'sure: contiguous departments with together at least 1,000 residents. open: the date'),
('combined_letting', 'outside_labour', 'outside_labour', 'not', false, '>=', 'absolute', 40, '{-1}', 'mean_of_shares',
	'sure: at least 40 % of those aged 18-64. open: the year'),

('development_plan', 'family_housing', 'family_housing', 'not', false, '<=', 'absolute', 40, '{0}', 'mean_of_shares',
	'sure: at most 40 % of dwellings, demolished and not replaced since 2010, and one for each 75 m2 of trade');

INSERT INTO status_rule (rule_set, status, rank, required, criteria, needed, base_status, years_in_row,
	counts_in_streak, printed, source) VALUES
('2010', 'ghetto', 3, '{residents}', '{outside_labour,convicted,non_western}', 2, NULL, NULL, true, true,
	'press: two of three'),
('2014', 'ghetto', 3, '{residents}', '{outside_labour,convicted,basic_education,low_income,non_western}', 3, NULL, NULL,
	true, true, 'sure: three of five'),
('2018', 'udsat', 2, '{residents}', '{outside_labour,convicted,basic_education,low_income}', 2, NULL, NULL, false, true,
	'sure: two of four'),
('2018', 'ghetto', 3, '{residents,non_western}', '{outside_labour,convicted,basic_education,low_income}', 2, NULL, NULL,
	true, true, 'sure: two of four and over 50 % non-western'),
('2018', 'haard_ghetto', 4, '{}', '{}', 0, 'ghetto', 5, false, true,
	'sure: five lists in a row, each under its own rules (official note of 1 December 2020); the act of 2018 said four after a transition, which never governed a list'),
('2021', 'forebyggelse', 1, '{residents,prevention_non_western}',
	'{prevention_outside_labour,prevention_convicted,prevention_basic_education,prevention_low_income}', 2, NULL, NULL,
	false, true, 'sure: over 30 % non-western and two of the milder four. open: whether an udsat area is printed here too'),
('2021', 'udsat', 2, '{residents}', '{outside_labour,convicted,basic_education,low_income}', 2, NULL, NULL, false, true,
	'sure: two of four'),
('2021', 'parallelsamfund', 3, '{residents,non_western}', '{outside_labour,convicted,basic_education,low_income}', 2,
	NULL, NULL, true, true, 'sure: two of four and over 50 % non-western'),
('2021', 'omdannelse', 4, '{}', '{}', 0, 'parallelsamfund', 5, false, true,
	'sure: five lists in a row, each under its own rules'),
('combined_letting', 'combined_letting', 1, '{residents,outside_labour}', '{}', 0, NULL, NULL, false, false,
	'sure: section 51 b'),
('development_plan', 'development_plan', 1, '{family_housing}', '{}', 0, NULL, NULL, false, false,
	'sure: section 168 a: the aim of the plan is reached');

-- Rules by name -----------------------------------------------------------------

CREATE FUNCTION known_rule_set(name text, known text[]) RETURNS text
AS 'MODULE_PATHNAME', 'monitor_known_rule_set'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION known_rule_set(text, text[]) IS
'The name, if it is among the known ones; otherwise 22023 with a hint that lists them. Used by rules() and status_rules().';

CREATE FUNCTION rule_set_of(list_year int) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT s.rule_set FROM rule_set AS s
	WHERE s.kind = 'list' AND rule_set_of.list_year BETWEEN s.first_list_year AND coalesce(s.last_list_year, 9999);
END;
COMMENT ON FUNCTION rule_set_of(int) IS
'Name of the built-in edition that governs the list of 1 December of a year; NULL before 2010.';

CREATE FUNCTION rules(rule_set text) RETURNS rule[]
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT array_agg(r ORDER BY starts_with(r.criterion, 'prevention_'), array_position(ARRAY['residents',
		'outside_labour', 'convicted', 'basic_education', 'low_income', 'non_western'], r.measure), r.criterion)
	FROM rule AS r
	WHERE r.rule_set = known_rule_set(rules.rule_set,
		(SELECT array_agg(s.rule_set ORDER BY s.rule_set) FROM rule_set AS s));
END;
COMMENT ON FUNCTION rules(text) IS
'The rules of a built-in set, as criteria() takes them: residents first, milder criteria last. NULL: NULL. A set that does not exist: 22023 with a hint that lists the sets.';

CREATE FUNCTION status_rules(rule_set text) RETURNS status_rule[]
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT array_agg(r ORDER BY r.rank DESC, r.status)
	FROM status_rule AS r
	WHERE r.rule_set = known_rule_set(status_rules.rule_set,
		(SELECT array_agg(s.rule_set ORDER BY s.rule_set) FROM rule_set AS s));
END;
COMMENT ON FUNCTION status_rules(text) IS
'The status rules of a built-in set, as statuses() takes them, strictest first. NULL: NULL. A set that does not exist: 22023 with a hint that lists the sets.';

-- Criteria ----------------------------------------------------------------------

CREATE TYPE criterion_result AS (
	criterion text,
	value float8,
	threshold float8,
	comparator text,
	met bool,
	margin float8,
	margin_persons bigint,
	margin_fulltime float8,
	margin_amount float8,
	note text,
	margin_swaps bigint,
	by_leaving bigint,
	by_newcomers bigint,
	unknown bigint,
	could_flip bool,
	methods_agree bool
);
COMMENT ON TYPE criterion_result IS
'One criterion of one area and list. value, threshold and margin = value - threshold in percent, for residents a count; all are decided exactly and rounded only when shown. met NULL: unknown.';
COMMENT ON COLUMN criterion_result.value IS 'The share in percent, the count of residents, or the mean income as percent of the region''s.';
COMMENT ON COLUMN criterion_result.threshold IS 'The limit in the unit of value; for a multiple of the national share the multiple already applied.';
COMMENT ON COLUMN criterion_result.met IS 'Does value comparator threshold hold? NULL: something is missing, see note.';
COMMENT ON COLUMN criterion_result.margin_persons IS 'Least number of persons of the latest data year, the group''s size held, that changes the answer; for full-time persons: at least so many heads; for origin: residents exchanged one for one. NULL: not so many there, income, or unknown.';
COMMENT ON COLUMN criterion_result.margin_fulltime IS 'For outside_labour: distance to the limit in full-time persons of the latest data year.';
COMMENT ON COLUMN criterion_result.margin_amount IS 'For low_income: kroner by which all incomes of the latest data year together differ from the limit; above zero is lacking, below zero is surplus.';
COMMENT ON COLUMN criterion_result.note IS 'How many values are unknown and whether they could flip the answer; or what is missing.';
COMMENT ON COLUMN criterion_result.margin_swaps IS 'For low_income below the limit: residents of mean income to be exchanged for people with the region''s mean until the answer changes; NULL: not so many there.';
COMMENT ON COLUMN criterion_result.by_leaving IS 'For shares of one date. Over the limit: how many of those who count have to leave until it no longer is; not over it: how many others leaving bring it over. NULL: no number does.';
COMMENT ON COLUMN criterion_result.by_newcomers IS 'For shares of one date. Over the limit: how many others have to come until it no longer is; not over it: how many who count coming bring it over. NULL: no number does.';
COMMENT ON COLUMN criterion_result.unknown IS 'Values unknown, summed over the data years used: those of the group whose value is unknown, and those of unknown age (for income also of unknown education status) who may belong to it. NULL: not given.';
COMMENT ON COLUMN criterion_result.could_flip IS 'Would resolving all unknown values one way or the other change the answer? Those of the nation are resolved too; the region''s mean is held.';
COMMENT ON COLUMN criterion_result.methods_agree IS 'Do the three averages over the years give one answer? NULL: one year only, or one of them is not known and the others agree.';

CREATE FUNCTION criteria(rules rule[], list_year int, data_years int[], area profile[], "national" profile[],
	regional profile[]) RETURNS SETOF criterion_result
AS 'MODULE_PATHNAME', 'monitor_criteria'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 6;
COMMENT ON FUNCTION criteria(rule[], int, int[], profile[], profile[], profile[]) IS
'Tests an area in a list year: one row a rule, in the order of rules. data_years names the year of each profile in area, national and regional (same length; NULL for a profile, or a whole array, that is not known). A year a rule needs that is not given, a count missing in it or an empty group: met is NULL and note says what, never one year alone. Compared exactly. Errors 22023: NULL or duplicate years, lengths that differ, NULL list_year, rules that make no sense. Source: Act on Social Housing, sections 61 a and 61 b; src/criteria/README.md.';

CREATE FUNCTION criteria(rule_set text, list_year int, data_years int[], area profile[], "national" profile[],
	regional profile[]) RETURNS SETOF criterion_result
LANGUAGE sql STABLE PARALLEL SAFE ROWS 6
BEGIN ATOMIC
	SELECT * FROM criteria(rules(criteria.rule_set), criteria.list_year, criteria.data_years, criteria.area,
		criteria."national", criteria.regional);
END;
COMMENT ON FUNCTION criteria(text, int, int[], profile[], profile[], profile[]) IS
'The same by the name of a built-in rule set, such as 2021 or combined_letting. A set that does not exist: 22023 with a hint that lists the sets.';

CREATE FUNCTION criterion_from_bounds(rule rule, low numeric, high numeric, threshold_low numeric DEFAULT NULL,
	threshold_high numeric DEFAULT NULL) RETURNS criterion_result
AS 'MODULE_PATHNAME', 'monitor_criterion_from_bounds'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION criterion_from_bounds(rule, numeric, numeric, numeric, numeric) IS
'A criterion from a value with bounds (percent, for residents a count) and a limit with bounds, both bounds included. NULL: no bound on that side; both threshold bounds NULL: the rule''s own threshold, which a multiple of the national share has not. met is true or false only where every value within the bounds gives that answer. For a national rule the bounds are those of the limit, the multiple applied (3 x = 1.98). NaN, infinity or low above high: 22023.';

CREATE FUNCTION printed_bounds(value numeric, decimals int, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'monitor_printed_bounds'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION printed_bounds(numeric, int) IS
'What a figure printed with so many decimals (0 to 20) can have been: half a unit of the last decimal either side, both ends included. NULL: NULL. More decimals in value than were printed, NaN or infinity: 22023.';

-- Development plan --------------------------------------------------------------

CREATE TYPE development_result AS (
	share float8,
	threshold float8,
	comparator text,
	met bool,
	margin float8,
	margin_dwellings bigint,
	note text
);
COMMENT ON TYPE development_result IS
'Share of family social housing in percent, its limit, and margin = share - threshold. met NULL: unknown, see note. margin_dwellings: least number of family dwellings to be converted or demolished without replacement, or where the limit is kept that may still become family dwellings, until the answer changes; NULL: not so many there.';

CREATE FUNCTION development_share(family_housing bigint, dwellings bigint, demolished bigint, commercial_m2 numeric)
RETURNS float8
AS 'MODULE_PATHNAME', 'monitor_development_share'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION development_share(bigint, bigint, bigint, numeric) IS
'Family social housing in percent of all dwellings, of those demolished after 2010 and not replaced, and of one dwelling for each 75 m2 of trade (section 168 a). NULL where an argument is, or without any dwelling. Negative, more family dwellings than dwellings, NaN, infinity: 22023.';

CREATE FUNCTION development_plan(rule rule, family_housing bigint, dwellings bigint, demolished bigint,
	commercial_m2 numeric) RETURNS development_result
AS 'MODULE_PATHNAME', 'monitor_development_plan'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION development_plan(rule, bigint, bigint, bigint, numeric) IS
'Has the development plan reached its aim under a rule that measures family_housing? A NULL count or no dwellings: met NULL. Errors as development_share(), and 22023 for a rule of another measure.';

CREATE FUNCTION development_plan(family_housing bigint, dwellings bigint, demolished bigint, commercial_m2 numeric)
RETURNS development_result
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT development_plan((rules('development_plan'))[1], development_plan.family_housing, development_plan.dwellings,
		development_plan.demolished, development_plan.commercial_m2);
END;
COMMENT ON FUNCTION development_plan(bigint, bigint, bigint, numeric) IS
'The same under the built-in rule: at most 40 % (section 168 a).';

-- Statuses ----------------------------------------------------------------------

CREATE TYPE status_result AS (
	status text,
	rank int,
	met bool,
	margin_low bigint,
	margin_high bigint,
	note text
);
COMMENT ON TYPE status_result IS
'One status of one area and list. met NULL: unknown. margin_low and margin_high: the cheapest change of answer takes at least and at most so many persons, as one person can count in several criteria; NULL: criteria with a margin in persons cannot change it. note: what the answer rests on.';

CREATE FUNCTION status_results(rules status_rule[], list_year int, results criterion_result[],
	at_least int DEFAULT NULL, at_most int DEFAULT NULL) RETURNS SETOF status_result
AS 'MODULE_PATHNAME', 'monitor_status_results'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 4;
COMMENT ON FUNCTION status_results(status_rule[], int, criterion_result[], int, int) IS
'The statuses of an area, strictest first, from the results of criteria(): all required criteria, the needed number of the others, the base status for enough lists in a row. at_least and at_most: lists in a row of the base status up to and with this list, as streak() bounds them; NULL: 0 and no bound. A criterion not among results is unknown. Three-valued: unknown only where an unknown decides. Errors 22023: duplicate criteria, a base status not among the rules, bounds that cross.';

CREATE FUNCTION status_results(rule_set text, list_year int, results criterion_result[],
	at_least int DEFAULT NULL, at_most int DEFAULT NULL) RETURNS SETOF status_result
LANGUAGE sql STABLE PARALLEL SAFE ROWS 4
BEGIN ATOMIC
	SELECT * FROM status_results(status_rules(status_results.rule_set), status_results.list_year,
		status_results.results, status_results.at_least, status_results.at_most);
END;
COMMENT ON FUNCTION status_results(text, int, criterion_result[], int, int) IS
'The same by the name of a built-in rule set.';

CREATE FUNCTION statuses(rules status_rule[], list_year int, results criterion_result[],
	years_in_row int DEFAULT NULL) RETURNS text[]
AS 'MODULE_PATHNAME', 'monitor_statuses'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 500;
COMMENT ON FUNCTION statuses(status_rule[], int, criterion_result[], int) IS
'Names of the statuses an area is sure to have, strictest first; an empty array for none. years_in_row: lists in a row of the base status up to and with this list; NULL: not known. Errors as status_results().';

CREATE FUNCTION statuses(rule_set text, list_year int, results criterion_result[],
	years_in_row int DEFAULT NULL) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT statuses(status_rules(statuses.rule_set), statuses.list_year, statuses.results, statuses.years_in_row);
END;
COMMENT ON FUNCTION statuses(text, int, criterion_result[], int) IS
'The same by the name of a built-in rule set.';

CREATE FUNCTION status_margin(rules status_rule[], list_year int, results criterion_result[], status text,
	at_least int DEFAULT NULL, at_most int DEFAULT NULL, OUT low bigint, OUT high bigint) RETURNS record
AS 'MODULE_PATHNAME', 'monitor_status_margin'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 500;
COMMENT ON FUNCTION status_margin(status_rule[], int, criterion_result[], text, int, int) IS
'Persons to the other answer for one status: to lose it where it is met, to gain it where it is not. Of every set of criteria whose change does it: low is the least of the largest margins, high the least of the sums. NULL where the status is unknown or no set of criteria with a margin in persons does it. A status that is not among the rules: 22023 with a hint.';

CREATE FUNCTION status_margin(rule_set text, list_year int, results criterion_result[], status text,
	at_least int DEFAULT NULL, at_most int DEFAULT NULL, OUT low bigint, OUT high bigint) RETURNS record
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT m.low, m.high FROM status_margin(status_rules(status_margin.rule_set), status_margin.list_year,
		status_margin.results, status_margin.status, status_margin.at_least, status_margin.at_most) AS m;
END;
COMMENT ON FUNCTION status_margin(text, int, criterion_result[], text, int, int) IS
'The same by the name of a built-in rule set.';

-- Lists in a row ----------------------------------------------------------------

CREATE TYPE year_bounds AS (
	at_least int,
	at_most int
);
COMMENT ON TYPE year_bounds IS
'Years in a row, at least and at most; at_most NULL: no bound is known.';

CREATE FUNCTION streak(listed bool, list_year int) RETURNS year_bounds
AS 'MODULE_PATHNAME', 'monitor_streak'
LANGUAGE C IMMUTABLE PARALLEL SAFE WINDOW COST 10;
COMMENT ON FUNCTION streak(bool, int) IS
'Window function, OVER (PARTITION BY area): for how many lists in a row, with the row''s own, has the area been on the list? A year that is absent or whose listed is NULL counts as not in at_least and as listed in at_most; at_most is NULL where the run reaches back past the first year given. Not listed: (0, 0). Independent of the order of rows and of ORDER BY. streak(NOT listed, list_year) counts years off the list. Two rows of one year, a NULL year or one outside 1 to 9999: 22023.';

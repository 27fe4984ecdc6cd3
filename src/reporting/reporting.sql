-- Room reporting: what readers and BI tools may see of a register.
-- reporting.sql   tables of <register>_published: a star of dimensions and facts
-- labels.sql      what every published column is called, in English and Danish
-- publish.sql     filling the tables, with primary suppression
-- views.sql       views over them
-- relocation.sql  accounts of relocation and flows: tables, views, filling
-- spillover.sql   what followed each plan: tables, view, filling
--
-- create_register runs the texts of tables and views with search_path set to the new
-- schema alone. Tables and views hold no type, function or operator of this
-- extension, so DROP EXTENSION leaves all of them. Columns are int, bigint, numeric
-- with precision, float8, varchar, bool, date or timestamptz, and one geometry.

CREATE FUNCTION published_tables() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $ddl$
CREATE TABLE publication (
	only_row bool PRIMARY KEY DEFAULT true CHECK (only_row),
	refreshed_at timestamptz NOT NULL,
	suppression_threshold int NOT NULL,
	near_limit_percent numeric(6, 3) NOT NULL,
	near_limit_persons int NOT NULL,
	extension_version varchar(50) NOT NULL
);
COMMENT ON TABLE publication IS 'One row: when these figures were made, and with which settings.';

CREATE TABLE dim_area (
	area bigint PRIMARY KEY,
	code varchar(100),
	name varchar(200) NOT NULL,
	layer varchar(100) NOT NULL,
	is_housing_area bool NOT NULL,
	kind varchar(100),
	municipality varchar(200) NOT NULL,
	region varchar(200),
	tenure varchar(100)
);
COMMENT ON TABLE dim_area IS 'Areas of every layer: housing areas, districts, grid cells.';

CREATE TABLE dim_landlord (
	landlord bigint PRIMARY KEY,
	code varchar(100),
	name varchar(200) NOT NULL
);
COMMENT ON TABLE dim_landlord IS 'Housing organisations (boligorganisationer) and other landlords.';

CREATE TABLE area_landlord (
	area bigint NOT NULL REFERENCES dim_area,
	landlord bigint NOT NULL REFERENCES dim_landlord,
	departments int NOT NULL,
	valid_from date,
	valid_to date,
	PRIMARY KEY (area, landlord)
);
COMMENT ON TABLE area_landlord IS 'Which landlords have departments in which areas.';
CREATE INDEX ON area_landlord (landlord);

CREATE TABLE dim_data_year (
	data_year int PRIMARY KEY,
	reference_date date NOT NULL
);
COMMENT ON TABLE dim_data_year IS 'Years that figures are about.';

CREATE TABLE dim_rule_set (
	rule_set varchar(100) PRIMARY KEY,
	title varchar(300) NOT NULL,
	kind varchar(20) NOT NULL,
	first_list_year int NOT NULL,
	last_list_year int,
	is_own bool NOT NULL
);
COMMENT ON TABLE dim_rule_set IS 'Rule sets: the editions of the law and the register''s own.';

CREATE TABLE dim_list_year (
	list_year int PRIMARY KEY,
	list_date date NOT NULL,
	rule_set varchar(100) REFERENCES dim_rule_set,
	has_figures bool NOT NULL,
	has_official_list bool NOT NULL,
	is_latest bool NOT NULL
);
COMMENT ON TABLE dim_list_year IS 'Lists of 1 December. rule_set is the edition of the law that governed.';

CREATE TABLE dim_criterion (
	rule_set varchar(100) NOT NULL REFERENCES dim_rule_set,
	criterion varchar(100) NOT NULL,
	measure varchar(50) NOT NULL,
	comparator varchar(2) NOT NULL,
	threshold_kind varchar(20) NOT NULL,
	rule_threshold float8 NOT NULL,
	averaging varchar(20) NOT NULL,
	unknown_counts_as varchar(20) NOT NULL,
	PRIMARY KEY (rule_set, criterion)
);
COMMENT ON TABLE dim_criterion IS 'Criteria of each rule set.';

CREATE TABLE dim_status (
	rule_set varchar(100) NOT NULL REFERENCES dim_rule_set,
	status varchar(100) NOT NULL,
	rank int NOT NULL,
	is_printed bool NOT NULL,
	years_in_row int,
	PRIMARY KEY (rule_set, status)
);
COMMENT ON TABLE dim_status IS 'Statuses of each rule set; the higher the rank the stricter.';

CREATE TABLE dim_measure (
	measure varchar(50) PRIMARY KEY,
	label_english varchar(100) NOT NULL,
	label_danish varchar(100) NOT NULL,
	share_of varchar(50) REFERENCES dim_measure,
	position int NOT NULL
);
COMMENT ON TABLE dim_measure IS 'Counts of a profile and the group each is a part of.';

CREATE TABLE fact_profile (
	area bigint NOT NULL REFERENCES dim_area,
	data_year int NOT NULL REFERENCES dim_data_year,
	measure varchar(50) NOT NULL REFERENCES dim_measure,
	count numeric(16, 4),
	population bigint,
	share float8,
	mean_income numeric(16, 2),
	suppressed bool NOT NULL,
	source varchar(20) NOT NULL,
	vintage date,
	PRIMARY KEY (area, data_year, measure)
);
COMMENT ON TABLE fact_profile IS 'Residents by area, data year and measure. No row: not known. suppressed: known but hidden, because it would show fewer persons than the threshold.';
CREATE INDEX ON fact_profile (data_year);
CREATE INDEX ON fact_profile (measure);

CREATE TABLE fact_criterion (
	rule_set varchar(100) NOT NULL REFERENCES dim_rule_set,
	list_year int NOT NULL REFERENCES dim_list_year,
	area bigint NOT NULL REFERENCES dim_area,
	criterion varchar(100) NOT NULL,
	value float8,
	threshold float8,
	met bool,
	margin float8,
	margin_persons bigint,
	margin_fulltime numeric(16, 4),
	margin_amount numeric(20, 2),
	margin_swaps bigint,
	by_leaving bigint,
	by_newcomers bigint,
	unknown bigint,
	could_flip bool,
	methods_agree bool,
	near_limit bool,
	suppressed bool NOT NULL,
	source varchar(20) NOT NULL,
	note varchar(500),
	PRIMARY KEY (rule_set, list_year, area, criterion),
	FOREIGN KEY (rule_set, criterion) REFERENCES dim_criterion
);
COMMENT ON TABLE fact_criterion IS 'Each criterion of each housing area and list year. The answer stays where a figure behind it is hidden; value and margins do not.';
CREATE INDEX ON fact_criterion (area);
CREATE INDEX ON fact_criterion (list_year);
CREATE INDEX ON fact_criterion (rule_set, criterion);

CREATE TABLE fact_status (
	rule_set varchar(100) NOT NULL REFERENCES dim_rule_set,
	list_year int NOT NULL REFERENCES dim_list_year,
	area bigint NOT NULL REFERENCES dim_area,
	status varchar(100) NOT NULL,
	met bool,
	is_strictest bool NOT NULL,
	official bool,
	met_if_larger bool,
	at_least int,
	at_most int,
	margin_low bigint,
	margin_high bigint,
	suppressed bool NOT NULL,
	note varchar(500),
	PRIMARY KEY (rule_set, list_year, area, status),
	FOREIGN KEY (rule_set, status) REFERENCES dim_status
);
COMMENT ON TABLE fact_status IS 'Each status of each housing area and list year. suppressed: margins are hidden, the answer is not.';
CREATE INDEX ON fact_status (area);
CREATE INDEX ON fact_status (list_year);
CREATE INDEX ON fact_status (rule_set, status);

CREATE TABLE fact_listing (
	rule_set varchar(100) NOT NULL,
	list_year int NOT NULL REFERENCES dim_list_year,
	area bigint NOT NULL REFERENCES dim_area,
	listed bool,
	basis varchar(20) NOT NULL,
	at_least int NOT NULL,
	at_most int,
	PRIMARY KEY (rule_set, list_year, area)
);
COMMENT ON TABLE fact_listing IS 'Who was on the list whose years in a row count, and for how many lists in a row. rule_set is empty for the law''s own lists.';
CREATE INDEX ON fact_listing (area);
CREATE INDEX ON fact_listing (list_year);

CREATE TABLE fact_list (
	list_year int NOT NULL REFERENCES dim_list_year,
	status varchar(100) NOT NULL,
	area bigint NOT NULL REFERENCES dim_area,
	printed_name varchar(200),
	list_complete bool NOT NULL,
	list_date date,
	PRIMARY KEY (list_year, status, area)
);
COMMENT ON TABLE fact_list IS 'Areas on the lists that were published.';
CREATE INDEX ON fact_list (area);

CREATE TABLE fact_official_value (
	rule_set varchar(100) NOT NULL,
	list_year int NOT NULL REFERENCES dim_list_year,
	area bigint NOT NULL REFERENCES dim_area,
	criterion varchar(100) NOT NULL,
	theirs numeric(20, 10) NOT NULL,
	decimals int NOT NULL,
	ours float8,
	difference float8,
	difference_persons numeric(16, 1),
	agrees bool,
	suppressed bool NOT NULL,
	PRIMARY KEY (rule_set, list_year, area, criterion)
);
COMMENT ON TABLE fact_official_value IS 'Figures that official lists printed, beside ours.';
CREATE INDEX ON fact_official_value (area);
CREATE INDEX ON fact_official_value (list_year);

CREATE TABLE fact_boundary (
	fid int PRIMARY KEY,
	area bigint NOT NULL REFERENCES dim_area,
	valid_from date,
	valid_to date,
	geom @postgis@.geometry(MultiPolygon, @srid@) NOT NULL
);
COMMENT ON TABLE fact_boundary IS 'Boundaries of areas, with a number that stays from refresh to refresh. valid_from NULL: since always; valid_to NULL: still valid.';
CREATE INDEX ON fact_boundary (area);
CREATE INDEX ON fact_boundary USING gist (geom);
$ddl$;
END;
COMMENT ON FUNCTION published_tables() IS
'Text of the statements that make the tables of <register>_published; used by create_register, not for users.';

CREATE FUNCTION few(persons numeric, threshold integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(few.threshold > 1 AND few.persons > 0 AND few.persons < few.threshold, false);
END;
COMMENT ON FUNCTION few(numeric, integer) IS
'Whether these are some persons but fewer than the threshold, so that their number must not be published. NULL: false; a threshold of 1 hides nothing, parts of full-time persons neither. Used by publish.';

-- Tables of a register that refresh fills, with unsuppressed figures: for the owner
-- and analysts, never for readers. Like the others they hold no type of this
-- extension: a profile is kept as the jsonb that is its lossless text.

CREATE FUNCTION register_tables_computed() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $ddl$
CREATE TABLE address_area (
	layer text NOT NULL,
	address bigint NOT NULL,
	area bigint NOT NULL,
	first_data_year integer NOT NULL,
	last_data_year integer NOT NULL,
	placed_by text NOT NULL CONSTRAINT placed_by_is_parcel_point_or_department
		CHECK (placed_by IN ('parcel', 'point', 'department')),
	PRIMARY KEY (address, layer, first_data_year),
	CONSTRAINT data_years_begin_before_they_end CHECK (first_data_year <= last_data_year)
);
COMMENT ON TABLE address_area IS 'Where each address lies, by layer and data year: what held on 1 January of those years. Made by refresh.';
COMMENT ON COLUMN address_area.placed_by IS 'parcel: the address''s parcel is the area''s, directly or through a department; point: its point lies in the area''s polygon; department: its department is the area''s.';
CREATE INDEX ON address_area (area);

CREATE TABLE computed_profile (
	area bigint NOT NULL REFERENCES area ON DELETE CASCADE,
	data_year integer NOT NULL,
	source text NOT NULL CONSTRAINT source_is_persons_delivery_or_both CHECK (source IN ('persons', 'delivery', 'both')),
	vintage date,
	counts jsonb NOT NULL,
	PRIMARY KEY (area, data_year)
);
COMMENT ON TABLE computed_profile IS 'Counts of each area''s residents. Made by refresh.';
COMMENT ON COLUMN computed_profile.source IS 'persons: counted from resident; delivery: from profile_delivery; both: counted, and overruled where the delivery gives a count.';
COMMENT ON COLUMN computed_profile.vintage IS 'Vintage of the delivery used.';
COMMENT ON COLUMN computed_profile.counts IS 'The profile as a JSON object, null where a count is missing; counts::text::monitor.profile is the value itself.';
CREATE INDEX ON computed_profile (data_year);

CREATE TABLE computed_benchmark (
	scope text NOT NULL,
	region text NOT NULL,
	data_year integer NOT NULL,
	vintage date NOT NULL,
	counts jsonb NOT NULL,
	PRIMARY KEY (scope, region, data_year)
);
COMMENT ON TABLE computed_benchmark IS 'The latest vintage of each national and regional benchmark. Made by refresh.';

CREATE TABLE computed_edition (
	rule_set text NOT NULL,
	list_year integer NOT NULL,
	kind text NOT NULL,
	own boolean NOT NULL,
	data_years integer[] NOT NULL,
	has_figures boolean NOT NULL,
	PRIMARY KEY (rule_set, list_year)
);
COMMENT ON TABLE computed_edition IS 'Which rule sets were applied to which list years: the built-in edition that governed, and the register''s own sets beside it. Made by refresh.';
COMMENT ON COLUMN computed_edition.own IS 'Whether the set is the register''s own.';
COMMENT ON COLUMN computed_edition.data_years IS 'Data years that the set''s rules look at.';
COMMENT ON COLUMN computed_edition.has_figures IS 'False where only the published list is known.';

CREATE TABLE computed_criterion (
	rule_set text NOT NULL,
	list_year integer NOT NULL,
	area bigint NOT NULL REFERENCES area ON DELETE CASCADE,
	criterion text NOT NULL,
	measure text NOT NULL,
	source text NOT NULL CONSTRAINT source_is_profile_or_delivery CHECK (source IN ('profile', 'delivery')),
	value double precision,
	threshold double precision,
	comparator text,
	met boolean,
	margin double precision,
	margin_persons bigint,
	margin_fulltime double precision,
	margin_amount double precision,
	margin_swaps bigint,
	by_leaving bigint,
	by_newcomers bigint,
	unknown bigint,
	could_flip boolean,
	methods_agree boolean,
	note text,
	data_years integer[] NOT NULL,
	population bigint,
	PRIMARY KEY (list_year, rule_set, area, criterion)
);
COMMENT ON TABLE computed_criterion IS 'Each criterion of each rule set for each housing area and list year, as monitor.criteria gives it. Made by refresh.';
COMMENT ON COLUMN computed_criterion.source IS 'profile: from counts; delivery: from a printed value, bounds or limit, because the counts could not answer.';
COMMENT ON COLUMN computed_criterion.data_years IS 'Data years that the value is of.';
COMMENT ON COLUMN computed_criterion.population IS 'Number of persons that the value is a share of, in the latest of those years.';
CREATE INDEX ON computed_criterion (area);

CREATE TABLE computed_listing (
	rule_set text NOT NULL,
	area bigint NOT NULL REFERENCES area ON DELETE CASCADE,
	list_year integer NOT NULL,
	listed boolean,
	basis text NOT NULL CONSTRAINT basis_is_known
		CHECK (basis IN ('official', 'computed', 'inherited', 'unknown')),
	at_least integer NOT NULL,
	at_most integer,
	PRIMARY KEY (rule_set, area, list_year)
);
COMMENT ON TABLE computed_listing IS 'Membership of the list whose years in a row are counted, year by year across rule changes. Made by refresh.';
COMMENT ON COLUMN computed_listing.rule_set IS 'Empty for the law''s own editions; the name of one of the register''s own sets for the lists under it (before its first year: the law''s).';
COMMENT ON COLUMN computed_listing.basis IS 'official: a published list says so; computed: the criteria; inherited: through area_lineage; unknown: neither list nor figures.';
COMMENT ON COLUMN computed_listing.at_least IS 'Lists in a row up to and including this one, unknown years counted as not listed.';
COMMENT ON COLUMN computed_listing.at_most IS 'The same, unknown years counted as listed; NULL where the run reaches back past the first year known.';
CREATE INDEX ON computed_listing (area);

CREATE TABLE computed_status (
	rule_set text NOT NULL,
	list_year integer NOT NULL,
	area bigint NOT NULL REFERENCES area ON DELETE CASCADE,
	status text NOT NULL,
	rank integer NOT NULL,
	printed boolean NOT NULL,
	met boolean,
	met_if_larger boolean,
	at_least integer,
	at_most integer,
	margin_low bigint,
	margin_high bigint,
	note text,
	PRIMARY KEY (list_year, rule_set, area, status)
);
COMMENT ON TABLE computed_status IS 'Each status under each rule set for each housing area and list year. Made by refresh.';
COMMENT ON COLUMN computed_status.met_if_larger IS 'Whether the status would be met if the area had residents enough; given only where it has not.';
COMMENT ON COLUMN computed_status.at_least IS 'For a status that needs years in a row: lists in a row including this one, unknown years counted as not listed.';
COMMENT ON COLUMN computed_status.at_most IS 'The same, unknown years counted as listed; NULL is unbounded.';
CREATE INDEX ON computed_status (area);

CREATE TABLE computed_waterbed (
	measure text NOT NULL,
	first_data_year integer NOT NULL,
	last_data_year integer NOT NULL,
	only_before boolean NOT NULL,
	pairs jsonb NOT NULL,
	PRIMARY KEY (measure, first_data_year, last_data_year),
	CONSTRAINT span_begins_before_it_ends CHECK (first_data_year < last_data_year)
);
COMMENT ON TABLE computed_waterbed IS 'Accounts of relocation: who of a measure''s group lived in which housing area on 1 January of the first and of the last data year. Made by refresh from resident and move.';
COMMENT ON COLUMN computed_waterbed.only_before IS 'Whether the span is only what others are set against, and not published itself.';
COMMENT ON COLUMN computed_waterbed.pairs IS 'The account as a JSON object, nothing lost; pairs::text::monitor.waterbed is the value itself.';

CREATE TABLE map_feature (
	fid integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	area bigint NOT NULL REFERENCES area ON DELETE CASCADE,
	valid_from date NOT NULL,
	UNIQUE (area, valid_from)
);
COMMENT ON TABLE map_feature IS 'Number of each boundary on published maps: given once by refresh, so that a map layer''s features keep their identity.';

CREATE TABLE flow_feature (
	fid integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	measure text NOT NULL,
	first_data_year integer NOT NULL,
	last_data_year integer NOT NULL,
	origin bigint NOT NULL REFERENCES area ON DELETE CASCADE,
	destination bigint NOT NULL REFERENCES area ON DELETE CASCADE,
	UNIQUE (measure, first_data_year, last_data_year, origin, destination)
);
COMMENT ON TABLE flow_feature IS 'Number of each flow on published maps: given once by refresh, so that a map layer''s features keep their identity.';
CREATE INDEX ON flow_feature (origin);
CREATE INDEX ON flow_feature (destination);
$ddl$;
END;
COMMENT ON FUNCTION register_tables_computed() IS
'Text of the statements that make the tables that refresh fills; used by create_register, not for users.';

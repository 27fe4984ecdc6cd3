-- The demonstration city: a register filled with people who do not exist, the same
-- on every machine for the same seed.
-- demo.sql              random numbers, create_demo
-- demo_places.sql       areas, landlords, parcels, addresses
-- demo_people.sql       who comes: households and their traits
-- demo_year.sql         what a year does to them
-- demo_deliveries.sql   benchmarks, lists, indicators, plans, what was planted
--
-- Every number comes from demo_uniform(seed, row, draw) and the four operations
-- of arithmetic, which are exact or correctly rounded everywhere. A draw's number
-- names its purpose: 1 to 49 belong to a person, 50 to 79 to a household, 80 to 99
-- to a place; the draws of a year add 100 times the year.

CREATE FUNCTION demo_uniform(seed bigint, id bigint, slot integer) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_demo_uniform'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION demo_uniform(bigint, bigint, integer) IS
'Random number in [0, 1) that depends on its three arguments alone (Philox4x32-10, a multiple of 2^-53): the same on every machine and version. NULL gives NULL. Source: Salmon, Moraes, Dror and Shaw, SC 2011.';

CREATE PROCEDURE create_demo(register name, seed bigint DEFAULT 20220101)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET work_mem = '64MB'
AS $procedure$
DECLARE
	first_year CONSTANT integer := 2015;
	last_year CONSTANT integer := 2022;
BEGIN
	IF register IS NULL OR seed IS NULL THEN
		RAISE EXCEPTION 'register name and seed must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	CALL monitor.create_register(register, 25832, sensitive => true);
	CALL monitor.demo_workspace();
	CALL monitor.demo_places(register, seed);
	CALL monitor.demo_first_households(seed, first_year);
	FOR data_year IN first_year .. last_year LOOP
		IF data_year > first_year THEN
			CALL monitor.demo_year(seed, data_year - 1);
			CALL monitor.demo_labour(seed, data_year);
		END IF;
		CALL monitor.add_data_year(register, data_year);
		CALL monitor.demo_residents(register, seed, data_year);
	END LOOP;
	CALL monitor.demo_moves(register);
	CALL monitor.demo_count(register);
	CALL monitor.demo_benchmarks(register);
	CALL monitor.demo_lists(register);
	CALL monitor.demo_indicators(register, seed);
	CALL monitor.demo_plans(register);
	CALL monitor.demo_planted(register);
	CALL monitor.demo_finish(register);
END
$procedure$;
COMMENT ON PROCEDURE create_demo(name, bigint) IS
'Makes a register and fills it with a synthetic city: 40 housing areas in 12 districts, about 100,000 residents, data years 2015 to 2022, moves, benchmarks, lists, indicators and plans, with changes planted for later analysis (table planted_change). The same seed gives the same rows on every machine. Errors: 22004 for NULL, 42P06 if the schema exists.';

-- The tables that the city is computed in before it is written to the register.
CREATE PROCEDURE demo_workspace()
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	CREATE TEMPORARY TABLE demo_area ON COMMIT DROP AS
	SELECT a.area, a.district, a.landlord, a.name, a.departments, a.planted,
		a.outside, a.basic, a.convicted, a.wage, h.non_western,
		-- as many dwellings as such households need when one in forty stands empty
		round(a.residents / ((2.9 * h.non_western + 1.68 * (1 - h.non_western)) * 0.975))::integer AS dwellings
	FROM monitor.demo_areas() AS a,
		-- share of households from share of persons: 2.9 of them in the one kind, 1.68 in the other
		LATERAL (SELECT round(1.68 * a.non_western / (2.9 - 1.22 * a.non_western), 4) AS non_western) AS h;
	CREATE TEMPORARY TABLE demo_dwelling (
		dwelling bigint PRIMARY KEY, area integer NOT NULL, department bigint, street text, house_number text,
		postcode text, x numeric, y numeric, parcel text, tenure text, kind text, rooms integer, floor_area integer,
		built integer, closed_on date
	) ON COMMIT DROP;
	CREATE TEMPORARY TABLE demo_choice (place integer PRIMARY KEY, area integer NOT NULL) ON COMMIT DROP;
	CREATE TEMPORARY TABLE demo_household (household bigint PRIMARY KEY, dwelling bigint NOT NULL) ON COMMIT DROP;
	CREATE TEMPORARY TABLE demo_person (
		person bigint NOT NULL, household bigint NOT NULL, child boolean NOT NULL, born integer NOT NULL,
		non_western boolean NOT NULL, education integer, risk float8, crime float8, wage float8,
		student_until integer, outside boolean NOT NULL, was_outside boolean NOT NULL
	) ON COMMIT DROP;
	CREATE TEMPORARY TABLE demo_move (
		person bigint NOT NULL, household bigint, moved_on date NOT NULL, from_dwelling bigint, to_dwelling bigint,
		from_place text, to_place text, reason text
	) ON COMMIT DROP;
	-- refilled each year
	CREATE TEMPORARY TABLE demo_fact (
		household bigint PRIMARY KEY, dwelling bigint, area integer, adults integer, children integer, head_age integer,
		outside boolean, all_outside boolean, non_western boolean, closing boolean, bereaved boolean, departed boolean
	) ON COMMIT DROP;
	CREATE TEMPORARY TABLE demo_applicant (
		unit bigint PRIMARY KEY, youth boolean, dwelling bigint, household bigint, priority integer, wanted integer,
		outside boolean, draw float8, moved_on date, reason text
	) ON COMMIT DROP;
	CREATE TEMPORARY TABLE demo_vacant (dwelling bigint PRIMARY KEY, area integer, draw float8) ON COMMIT DROP;
	CREATE TEMPORARY TABLE demo_assignment (
		unit bigint PRIMARY KEY, dwelling bigint, area integer, outside boolean
	) ON COMMIT DROP;
	CREATE TEMPORARY TABLE demo_opening (
		dwelling bigint PRIMARY KEY, area integer, household bigint, movers boolean, labour_factor float8
	) ON COMMIT DROP;
	CREATE TEMPORARY TABLE demo_entrant (
		person bigint PRIMARY KEY, household bigint, child boolean, born integer, area integer, non_western boolean,
		labour_factor float8
	) ON COMMIT DROP;
END
$procedure$;
COMMENT ON PROCEDURE demo_workspace() IS
'Step of create_demo: makes the temporary tables the city is computed in.';

CREATE PROCEDURE demo_finish(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	identity_table text;
BEGIN
	-- Rows came with their ids: the next row of a user's must not meet them.
	FOREACH identity_table IN ARRAY ARRAY['source', 'landlord', 'department', 'area', 'area_parcel', 'address',
		'move', 'plan', 'planted_change']
	LOOP
		EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, ''id''), (SELECT max(id) FROM %s))',
			quote_ident(register) || '.' || identity_table, quote_ident(register) || '.' || identity_table);
	END LOOP;
	EXECUTE format('ANALYZE %1$I.address, %1$I.resident, %1$I.move, %1$I.area_boundary, %1$I.area_parcel', register);
	DROP TABLE pg_temp.demo_area, pg_temp.demo_dwelling, pg_temp.demo_choice, pg_temp.demo_household,
		pg_temp.demo_person, pg_temp.demo_move, pg_temp.demo_fact, pg_temp.demo_applicant, pg_temp.demo_vacant,
		pg_temp.demo_assignment, pg_temp.demo_opening, pg_temp.demo_entrant, pg_temp.demo_count;
END
$procedure$;
COMMENT ON PROCEDURE demo_finish(name) IS
'Step of create_demo: moves the identity sequences past the rows written, gathers statistics and drops the temporary tables.';

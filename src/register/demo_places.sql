-- The city's places. Districts tile a rectangle of 8 by 6 km: corners are shared
-- points, moved at random, so there is neither overlap nor gap. Each district has
-- four lots; a housing area stands in one of them, at the corner nearest to the
-- district's middle, and is cut into strips, one a department with one parcel. All
-- other addresses stand between the lots and in lots left free.

-- planted: what the area is for (demo_planted says it in words), NULL for ordinary ones.
CREATE FUNCTION demo_areas(OUT area integer, OUT district integer, OUT lot integer, OUT landlord integer, OUT name text,
	OUT residents integer, OUT departments integer, OUT outside numeric, OUT non_western numeric, OUT basic numeric,
	OUT convicted numeric, OUT wage integer, OUT planted text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 40
BEGIN ATOMIC
	SELECT * FROM (VALUES
		(1, 1, 0, 2, 'Bakkeparken', 1700, 3, 0.47, 0.60, 0.56, 0.025, 300, 'residents_improve'),
		(2, 1, 1, 1, 'Kirkemarken', 1250, 2, 0.26, 0.47, 0.45, 0.028, 330, 'neighbour_declines'),
		(3, 2, 0, 2, 'Havnevang', 1900, 3, 0.47, 0.58, 0.55, 0.031, 300, 'sent_elsewhere'),
		(4, 4, 0, 1, 'Lyngdalen', 1450, 2, 0.41, 0.57, 0.52, 0.029, 300, 'receives_sent'),
		(5, 7, 0, 1, 'Elmevang', 1350, 2, 0.42, 0.43, 0.52, 0.029, 298, 'receives_sent'),
		(6, 3, 0, 1, 'Skovhaven', 1850, 3, 0.43, 0.46, 0.53, 0.017, 305, 'turned_away'),
		(7, 5, 0, 2, 'Askeparken', 1300, 2, 0.34, 0.38, 0.46, 0.014, 320, 'receives_turned_away'),
		(8, 6, 0, 2, 'Roennehaven', 1150, 2, 0.32, 0.34, 0.44, 0.012, 325, 'receives_turned_away'),
		(9, 10, 0, 2, 'Pilevang', 880, 2, 0.34, 0.40, 0.46, 0.014, 320, 'receives_turned_away'),
		(10, 8, 0, 1, 'Vesterparken', 2700, 5, 0.48, 0.66, 0.68, 0.028, 255, 'demolished'),
		(11, 9, 0, 2, 'Stationsgaarden', 2100, 4, 0.49, 0.70, 0.69, 0.030, 252, NULL),
		(12, 11, 0, 1, 'Engparken', 1500, 3, 0.48, 0.64, 0.68, 0.028, 253, 'left_alone'),
		(13, 12, 0, 3, 'Moellevang', 1120, 2, 0.52, 0.36, 0.70, 0.034, 236, NULL),
		(14, 2, 3, 2, 'Tvaervang', 1020, 2, 0.44, 0.55, 0.56, 0.022, 290, NULL),
		(15, 5, 3, 1, 'Solgaarden', 1600, 3, 0.42, 0.46, 0.57, 0.022, 285, NULL),
		(16, 6, 3, 4, 'Birkelunden', 1200, 2, 0.35, 0.40, 0.48, 0.019, 300, NULL),
		(17, 9, 3, 2, 'Noerrevang', 1080, 2, 0.25, 0.22, 0.35, 0.010, 360, NULL),
		(18, 10, 3, 1, 'Lillevang', 820, 1, 0.52, 0.62, 0.68, 0.028, 255, NULL),
		(19, 1, 2, 1, 'Hoejmarken', 640, 1, 0.28, 0.24, 0.36, 0.011, 352, NULL),
		(20, 1, 3, 3, 'Damgaarden', 410, 1, 0.22, 0.16, 0.30, 0.008, 372, NULL),
		(21, 2, 1, 1, 'Fyrbakken', 720, 1, 0.31, 0.30, 0.40, 0.012, 342, NULL),
		(22, 3, 1, 2, 'Egelunden', 560, 1, 0.24, 0.18, 0.32, 0.009, 367, NULL),
		(23, 3, 2, 4, 'Kastanievej', 300, 1, 0.19, 0.10, 0.26, 0.007, 387, NULL),
		(24, 4, 1, 2, 'Teglgaarden', 680, 1, 0.30, 0.33, 0.42, 0.013, 337, NULL),
		(25, 4, 2, 5, 'Praestemarken', 380, 1, 0.20, 0.12, 0.28, 0.007, 382, NULL),
		(26, 5, 1, 1, 'Bondehaven', 540, 1, 0.26, 0.21, 0.34, 0.010, 357, NULL),
		(27, 5, 2, 2, 'Lundtoften', 290, 1, 0.21, 0.14, 0.29, 0.008, 377, NULL),
		(28, 6, 1, 1, 'Mosevangen', 610, 1, 0.29, 0.27, 0.38, 0.012, 347, NULL),
		(29, 6, 2, 3, 'Smedebakken', 350, 1, 0.18, 0.09, 0.25, 0.006, 392, NULL),
		(30, 7, 1, 2, 'Kloevermarken', 760, 2, 0.33, 0.36, 0.44, 0.014, 332, NULL),
		(31, 7, 2, 5, 'Havremarken', 330, 1, 0.23, 0.15, 0.30, 0.008, 372, NULL),
		(32, 8, 1, 2, 'Rugvangen', 590, 1, 0.27, 0.22, 0.35, 0.010, 352, NULL),
		(33, 8, 2, 4, 'Bygtoften', 270, 1, 0.17, 0.08, 0.24, 0.006, 397, NULL),
		(34, 9, 1, 1, 'Fasanparken', 660, 1, 0.30, 0.29, 0.39, 0.012, 342, NULL),
		(35, 9, 2, 3, 'Viberne', 420, 1, 0.22, 0.15, 0.30, 0.008, 372, NULL),
		(36, 10, 1, 2, 'Laerkehaven', 510, 1, 0.25, 0.20, 0.33, 0.009, 362, NULL),
		(37, 11, 1, 5, 'Svanemosen', 310, 1, 0.20, 0.11, 0.27, 0.007, 382, NULL),
		(38, 11, 2, 1, 'Mejsevang', 570, 1, 0.27, 0.23, 0.36, 0.010, 352, NULL),
		(39, 12, 1, 2, 'Strandkanten', 480, 1, 0.23, 0.17, 0.31, 0.008, 367, NULL),
		(40, 12, 2, 1, 'Sivgaarden', 440, 1, 0.24, 0.18, 0.32, 0.009, 367, NULL)
	) AS t (area, district, lot, landlord, name, residents, departments, outside, non_western, basic, convicted, wage, planted);
END;
COMMENT ON FUNCTION demo_areas() IS
'The demonstration city''s housing areas: residents aimed at; shares (0 to 1) outside the labour market, of non-western origin, with basic schooling only, convicted in a year, that people who settle there are drawn with; their yearly wage in 1,000 kroner at the prices of 2015; what is planted there. Used by create_demo, not for users.';

-- A rectangle as the text of a polygon's ring, for the input function of geometry:
-- no function of PostGIS is called, so none can change the city.
CREATE FUNCTION demo_ring(x integer, y integer, width integer, height integer) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.format('((%s %s,%s %s,%s %s,%s %s,%s %s))', x, y, x + width, y, x + width, y + height,
		x, y + height, x, y);
END;
COMMENT ON FUNCTION demo_ring(integer, integer, integer, integer) IS
'Step of create_demo: rectangle with lower-left corner x, y as the text of a polygon''s coordinates. NULL gives NULL.';

CREATE PROCEDURE demo_districts(register name, seed bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	EXECUTE format($sql$
		INSERT INTO %1$I.area (id, code, name, layer, kind, municipality, region)
		SELECT 100 + d.district, 'D' || d.district, d.name, 'district', 'bydel', 'Fjordby', 'Fjordland'
		FROM unnest(ARRAY['Midtby', 'Havnen', 'Noerrebakken', 'Vesterlund', 'Oestermark', 'Soenderskov', 'Engholm',
			'Fuglekvarteret', 'Stationskvarteret', 'Moellebyen', 'Bakkelunden', 'Strandengen'])
			WITH ORDINALITY AS d (name, district);
		WITH corner AS (
			SELECT i, j, (508000 + 2000 * i + floor(241 * monitor.demo_uniform($1, 10 * i + j, 80))::integer - 120)
				|| ' ' || (6226000 + 2000 * j + floor(241 * monitor.demo_uniform($1, 10 * i + j, 81))::integer - 120) AS at
			FROM generate_series(0, 4) AS i, generate_series(0, 3) AS j
		)
		INSERT INTO %1$I.area_boundary (area, geom)
		SELECT 101 + a.i + 4 * a.j, format('SRID=25832;MULTIPOLYGON(((%%s,%%s,%%s,%%s,%%s)))', a.at, b.at, c.at, d.at, a.at)
		FROM corner AS a JOIN corner AS b ON (b.i, b.j) = (a.i + 1, a.j)
			JOIN corner AS c ON (c.i, c.j) = (a.i + 1, a.j + 1) JOIN corner AS d ON (d.i, d.j) = (a.i, a.j + 1)
	$sql$, register) USING seed;
END
$procedure$;
COMMENT ON PROCEDURE demo_districts(name, bigint) IS 'Step of create_demo: the layer district, 12 areas that tile the city.';

-- Writes the housing areas with departments, parcels and boundaries, and returns
-- in demo_strip the rectangle of each department.
CREATE PROCEDURE demo_housing_areas(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	CREATE TEMPORARY TABLE demo_strip ON COMMIT DROP AS
	WITH sized AS (
		SELECT a.area, a.district, p.lot, a.landlord, a.name, a.departments, a.dwellings,
			508140 + 2000 * ((a.district - 1) % 4) AS box_x, 6226140 + 2000 * ((a.district - 1) / 4) AS box_y,
			10 * ceil(sqrt((a.dwellings * 130)::float8) / 10)::integer AS side
		FROM pg_temp.demo_area AS a JOIN monitor.demo_areas() AS p USING (area)
	), placed AS (
		SELECT s.*, s.box_x + CASE s.lot % 2 WHEN 0 THEN 760 - s.side ELSE 960 END AS x,
			s.box_y + CASE s.lot / 2 WHEN 0 THEN 760 - s.side ELSE 960 END AS y
		FROM sized AS s
	)
	SELECT row_number() OVER (ORDER BY p.area, strip) AS department, p.area, p.district, p.landlord, p.name, strip,
		-- a road divides off the last of three or more
		p.x + p.side * (strip - 1) / p.departments + CASE WHEN strip >= 3 AND strip = p.departments THEN 20 ELSE 0 END AS x,
		p.y, p.side * strip / p.departments - p.side * (strip - 1) / p.departments
			- CASE WHEN strip >= 3 AND strip = p.departments THEN 20 ELSE 0 END AS width,
		p.side AS height, p.departments, 10 * p.area + strip || chr(96 + p.district) AS parcel,
		p.dwellings * strip / p.departments - p.dwellings * (strip - 1) / p.departments AS dwellings
	FROM placed AS p, generate_series(1, p.departments) AS strip;

	EXECUTE format($sql$
		INSERT INTO %1$I.area (id, code, name, layer, kind, municipality, region, tenure)
		SELECT a.area, 'H' || a.area, a.name, 'housing_area', 'almene boliger', 'Fjordby', 'Fjordland', 'social'
		FROM pg_temp.demo_area AS a;
		INSERT INTO %1$I.area_alias (layer, municipality, alias, area)
		SELECT 'housing_area', 'Fjordby', a.name || ' mv.', a.area FROM pg_temp.demo_area AS a WHERE a.departments >= 3
		UNION ALL SELECT 'housing_area', 'Fjordby', 'Askepark', 7
		UNION ALL SELECT 'housing_area', 'Fjordby', 'Stationsgaarden, Fjordby', 11;
		INSERT INTO %1$I.department (id, landlord, code, name)
		SELECT s.department, s.landlord, s.area || '-' || s.strip,
			CASE s.departments WHEN 1 THEN s.name ELSE s.name || ' afd. ' || s.strip END
		FROM pg_temp.demo_strip AS s
		UNION ALL
		SELECT 200 + d, 3 + d %% 3, 'S' || d, 'Spredte boliger ' || d FROM generate_series(1, 12) AS d;
		INSERT INTO %1$I.area_department (area, department) SELECT s.area, s.department FROM pg_temp.demo_strip AS s;
		-- an area's parcels are known directly or by way of their department
		INSERT INTO %1$I.area_parcel (id, cadastral_district, parcel_number, area, department, geom)
		SELECT s.department, 'Fjordby Markjorder', s.parcel, CASE WHEN s.area %% 2 = 0 THEN s.area END, s.department,
			'SRID=25832;MULTIPOLYGON(' || monitor.demo_ring(s.x, s.y, s.width, s.height) || ')'
		FROM pg_temp.demo_strip AS s;
		INSERT INTO %1$I.area_boundary (area, geom)
		SELECT s.area, 'SRID=25832;MULTIPOLYGON(' || monitor.demo_ring(min(s.x) FILTER (WHERE s.near), s.y,
				(sum(s.width) FILTER (WHERE s.near))::integer, s.height)
			|| coalesce(',' || monitor.demo_ring(min(s.x) FILTER (WHERE NOT s.near), s.y,
				(sum(s.width) FILTER (WHERE NOT s.near))::integer, s.height), '') || ')'
		FROM (SELECT *, strip < 3 OR strip < departments AS near FROM pg_temp.demo_strip) AS s
		GROUP BY s.area, s.y, s.height
	$sql$, register);
END
$procedure$;
COMMENT ON PROCEDURE demo_housing_areas(name) IS
'Step of create_demo: the layer housing_area, 40 areas with departments, parcels and boundaries.';

-- Dwellings of the housing areas: eight to an entrance, one commercial to sixty.
CREATE PROCEDURE demo_area_dwellings(seed bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	INSERT INTO pg_temp.demo_dwelling
	SELECT row_number() OVER (ORDER BY s.department, n), s.area, s.department, s.name,
		entrance + 1 || ', ' || (n % 8) / 2 || CASE n % 2 WHEN 0 THEN ' tv' ELSE ' th' END,
		(9000 + 10 * s.district)::text,
		s.x + 4 + floor(10 * (s.width - 8) * monitor.demo_uniform(seed, 10000 * s.department + entrance, 82))::integer / 10.0,
		s.y + 4 + floor(10 * (s.height - 8) * monitor.demo_uniform(seed, 10000 * s.department + entrance, 83))::integer / 10.0,
		-- one entrance in thirty has no parcel number and is placed by its point
		CASE WHEN monitor.demo_uniform(seed, 10000 * s.department + entrance, 84) >= 0.03 THEN s.parcel END,
		CASE WHEN n < s.dwellings THEN 'social' ELSE 'other' END,
		CASE WHEN n >= s.dwellings THEN 'commercial' WHEN draw < 0.06 THEN 'youth' WHEN draw < 0.15 THEN 'elderly'
			ELSE 'family' END,
		CASE WHEN n >= s.dwellings THEN NULL WHEN draw < 0.06 THEN 1 WHEN draw < 0.35 THEN 2 WHEN draw < 0.75 THEN 3
			ELSE 4 END,
		CASE WHEN n >= s.dwellings THEN 150 WHEN draw < 0.06 THEN 34 WHEN draw < 0.35 THEN 62 WHEN draw < 0.75 THEN 84
			ELSE 101 END,
		1962 + 2 * (s.area % 11),
		-- the department of Vesterparken that is pulled down
		CASE WHEN a.planted = 'demolished' AND s.strip = 2 THEN date '2019-10-01' END
	FROM pg_temp.demo_strip AS s JOIN pg_temp.demo_area AS a USING (area),
		generate_series(0, s.dwellings + s.dwellings / 60 - 1) AS n,
		LATERAL (SELECT n / 8 AS entrance, monitor.demo_uniform(seed, 10000 * s.department + n, 85) AS draw) AS e;
END
$procedure$;
COMMENT ON PROCEDURE demo_area_dwellings(bigint) IS 'Step of create_demo: the dwellings of the housing areas.';

-- Dwellings of the rest of the city: per district six corridors between the lots,
-- and the lots that no housing area stands in.
CREATE PROCEDURE demo_other_dwellings(seed bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	before CONSTANT bigint := (SELECT max(dwelling) FROM pg_temp.demo_dwelling);
BEGIN
	INSERT INTO pg_temp.demo_dwelling
	WITH zone AS (
		SELECT d AS district, z.zone, z.x + 508140 + 2000 * ((d - 1) % 4) AS x, z.y + 6226140 + 2000 * ((d - 1) / 4) AS y,
			z.width, z.height, z.dwellings, z.street || ' ' || d AS street
		FROM generate_series(1, 12) AS d, (VALUES
			(1, 0, 0, 95, 1720, 380, 'Vestergade', -1), (2, 765, 0, 190, 1720, 430, 'Hovedgade', -1),
			(3, 1625, 0, 95, 1720, 380, 'Oestergade', -1), (4, 0, 0, 1720, 95, 380, 'Soendergade', -1),
			(5, 0, 765, 1720, 190, 430, 'Tvaergade', -1), (6, 0, 1625, 1720, 95, 380, 'Noerregade', -1),
			(7, 100, 100, 660, 660, 350, 'Lindevej', 0), (8, 960, 100, 660, 660, 350, 'Birkevej', 1),
			(9, 100, 960, 660, 660, 350, 'Poppelvej', 2), (10, 960, 960, 660, 660, 350, 'Ahornvej', 3)
		) AS z (zone, x, y, width, height, dwellings, street, lot)
		WHERE NOT EXISTS (SELECT FROM monitor.demo_areas() AS a WHERE (a.district, a.lot) = (d, z.lot))
	), numbered AS (
		SELECT before + row_number() OVER (ORDER BY z.district, z.zone, n) AS dwelling, n, z.*
		FROM zone AS z, generate_series(1, z.dwellings) AS n
	)
	SELECT d.dwelling, 0, CASE WHEN draw >= 0.45 AND draw < 0.6 THEN 200 + d.district END, d.street, d.n::text,
		(9000 + 10 * d.district)::text,
		d.x + floor(10 * d.width * monitor.demo_uniform(seed, d.dwelling, 86))::integer / 10.0,
		d.y + floor(10 * d.height * monitor.demo_uniform(seed, d.dwelling, 87))::integer / 10.0, NULL,
		CASE WHEN draw < 0.45 THEN 'owner' WHEN draw < 0.6 THEN 'social' WHEN draw < 0.85 THEN 'private_rental'
			WHEN draw < 0.98 THEN 'cooperative' WHEN draw < 0.99 THEN 'institution' ELSE 'other' END,
		CASE WHEN draw < 0.85 THEN 'family' WHEN draw < 0.90 THEN 'youth' ELSE 'family' END,
		CASE WHEN draw < 0.45 THEN 5 WHEN draw < 0.85 THEN 3 ELSE 2 END,
		CASE WHEN draw < 0.45 THEN 138 WHEN draw < 0.85 THEN 88 ELSE 66 END, 1905 + (d.dwelling % 110)::integer, NULL
	FROM numbered AS d, LATERAL (SELECT monitor.demo_uniform(seed, d.dwelling, 88) AS draw) AS u;
END
$procedure$;
COMMENT ON PROCEDURE demo_other_dwellings(bigint) IS 'Step of create_demo: the dwellings outside the housing areas.';

CREATE PROCEDURE demo_places(register name, seed bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	EXECUTE format($sql$
		INSERT INTO %1$I.source (id, name, licence, note) VALUES (1, 'Synthetic city', 'PostgreSQL licence',
			'Made by monitor.create_demo with seed %2$s; no person or place in it exists.');
		INSERT INTO %1$I.landlord (id, code, name) VALUES (1, 'AAB', 'AAB Fjordby'), (2, 'OEB', 'Boligforeningen Oesterbo'),
			(3, 'FAB', 'Fjordby Andelsbolig'), (4, 'SKI', 'Skipperforeningen'), (5, 'BAK', 'Bakkehusene')
	$sql$, register, seed);
	CALL monitor.demo_districts(register, seed);
	CALL monitor.demo_housing_areas(register);
	CALL monitor.demo_area_dwellings(seed);
	CALL monitor.demo_other_dwellings(seed);
	DROP TABLE pg_temp.demo_strip;
	-- a place in this order for every dwelling: the worse off the area, the later
	INSERT INTO pg_temp.demo_choice
	SELECT row_number() OVER (ORDER BY a.outside + a.non_western, a.area, d.dwelling), a.area
	FROM pg_temp.demo_dwelling AS d JOIN pg_temp.demo_area AS a USING (area) WHERE d.kind <> 'commercial';
	ANALYZE pg_temp.demo_area, pg_temp.demo_dwelling, pg_temp.demo_choice;
	EXECUTE format($sql$
		INSERT INTO %1$I.address (id, street, house_number, postcode, geom, valid_to, department, cadastral_district,
			parcel_number, tenure, dwelling_kind, rooms, floor_area_m2, built_year)
		SELECT d.dwelling, d.street, d.house_number, d.postcode, format('SRID=25832;POINT(%%s %%s)', d.x, d.y),
			coalesce(d.closed_on, 'infinity'), d.department,
			CASE WHEN d.parcel IS NOT NULL THEN 'Fjordby Markjorder' END, d.parcel, d.tenure, d.kind, d.rooms,
			d.floor_area, d.built
		FROM pg_temp.demo_dwelling AS d ORDER BY d.dwelling
	$sql$, register);
END
$procedure$;
COMMENT ON PROCEDURE demo_places(name, bigint) IS 'Step of create_demo: everything that has a place on the map.';

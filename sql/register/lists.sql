SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
-- A published list: spelling rule, names to areas, loading; on the real lists.
\getenv srcdir PG_ABS_SRCDIR
\set VERBOSITY default
\set SHOW_CONTEXT never
CREATE SCHEMA lists_test;
SET search_path = lists_test, monitor;

-- names that are the same, and names that are not
SELECT a, b, m, area_spelling(a, m) AS spelling, area_spelling(a, m) = area_spelling(b, m) AS same
FROM (VALUES
	('Skovparken/Skovvejen', 'Skovvejen/Skovparken', 'Kolding'),
	('Skovparken / Skovvejen', 'SKOVVEJEN/SKOVPARKEN mv.', 'Kolding'),
	('Agervang', 'Agervang mv.', 'Holbæk'),
	('Agervang', 'Agervang m.v.', 'Holbæk'),
	('Solbakken mv', 'Solbakken', 'Odense'),
	('Nørager/Søstjernevej m.fl.', 'Nørager/Søstjernevej m.fl', 'Sønderborg'),
	('Søstjernevej/Nørager m. fl.', 'Nørager/Søstjernevej mv.', 'Sønderborg'),
	('Ringparken, Slagelse', 'Ringparken', 'Slagelse'),
	('Ringparken,Slagelse mv.', 'Ringparken', 'Slagelse Kommune'),
	('Ringparken, Slagelse', 'Ringparken', 'Korsør'),
	('Ringparken Slagelse', 'Ringparken', 'Slagelse'),
	('Høje Taastrup', 'Høje-Taastrup', NULL),
	('Taastrupgård', 'Tåstrupgård', 'Høje-Taastrup'),
	('Stengårdsvej-kvarteret', 'Stengårdsvej', 'Esbjerg'),
	('Gl. Jennumparken', 'Gammel Jennumparken', 'Randers'),
	('ÆBLEHAVEN/RØNNEBÆRPARKEN', 'Rønnebærparken/Æblehaven', 'Roskilde'),
	(U&'Bla\030Aga\030Arden', 'Blågården', 'København'),
	('Korsløkkeparken Øst', 'Korsløkkeparken', 'Odense'),
	('mv.', 'm.fl.', 'Odense'),
	(' / ', ', -', 'Odense'),
	('', NULL, 'Odense')) AS v (a, b, m);

-- Every list of the file into one register. The file names the status as it was printed.
CREATE TEMP TABLE membership (list_date text, list text, kommune text, omraade text, note text, source text);
CREATE TEMP TABLE derived (list_date text, list text, kommune text, omraade text, derivation text);
\set file :srcdir '/test/data/lists/membership.csv'
COPY membership FROM :'file' (FORMAT csv, HEADER);
\set file :srcdir '/test/data/lists/membership_2014_2016_derived.csv'
COPY derived FROM :'file' (FORMAT csv, HEADER);
CREATE VIEW printed AS
SELECT left(list_date, 4)::int AS list_year, CASE WHEN list LIKE 'ghetto%' THEN 'ghetto' ELSE 'parallelsamfund' END AS status,
	kommune AS municipality, omraade AS printed_name, note
FROM membership WHERE list LIKE 'ghetto%' OR list LIKE 'parallelsamfund%'
UNION ALL
SELECT left(list_date, 4)::int, 'ghetto', kommune, omraade, 'derived' FROM derived;

CALL create_register('lists_denmark', 25832);
CREATE TEMP TABLE entries (municipality text, printed_name text, note text);
DO $$
DECLARE
	l record;
BEGIN
	FOR l IN SELECT list_year, status, count(*) AS areas FROM printed GROUP BY 1, 2 ORDER BY 1, 2 LOOP
		TRUNCATE entries;
		INSERT INTO entries SELECT municipality, printed_name, note FROM printed
		WHERE (list_year, status) = (l.list_year, l.status);
		CALL load_list('lists_denmark', l.list_year, l.status, 'entries', make_date(l.list_year, 12, 1),
			complete => l.status = 'ghetto', create_missing => true, areas => l.areas::int);
	END LOOP;
END
$$;
SELECT list_year, p.status, list_date, complete, areas, count(e.area) AS entries, count(DISTINCT e.area) AS distinct_areas
FROM lists_denmark.published_list AS p LEFT JOIN lists_denmark.list_entry AS e USING (list_year, status)
GROUP BY list_year, p.status ORDER BY 1, 2;
-- 62 spellings of a municipality and a name, counted by hand as 47 areas
SELECT count(DISTINCT (municipality, printed_name)) AS spellings, (SELECT count(*) FROM lists_denmark.area) AS areas FROM printed;
SELECT a.municipality, a.name, array_agg(DISTINCT e.printed_name ORDER BY e.printed_name) AS printed_as,
	array_agg(e.list_year ORDER BY e.list_year) AS list_years
FROM lists_denmark.area AS a JOIN lists_denmark.list_entry AS e ON e.area = a.id
GROUP BY a.id HAVING count(DISTINCT e.printed_name) > 1
	OR a.name IN ('Gl. Jennumparken', 'Tåstrupgård') ORDER BY a.municipality COLLATE "C", a.name COLLATE "C";
-- the file of aliases says nothing that the rule does not know
CREATE TEMP TABLE alias (kommune text, alias text, area text);
\set file :srcdir '/test/data/lists/alias.csv'
COPY alias FROM :'file' (FORMAT csv, HEADER);
SELECT kommune, alias, area, resolve_area('lists_denmark', kommune, alias) = resolve_area('lists_denmark', kommune, area) AS same
FROM alias ORDER BY kommune COLLATE "C", alias COLLATE "C";

-- resolving: by name, by alias, in a municipality or in all, in another layer
CALL create_register('lists_small', 25832);
INSERT INTO lists_small.area (id, name, layer, municipality) VALUES
	(1, 'Skovparken/Skovvejen', 'housing_area', 'Kolding'), (2, 'Byparken/Skovparken', 'housing_area', 'Svendborg'),
	(3, 'Munkebo', 'housing_area', 'Kolding'), (4, 'Munkebo mv.', 'housing_area', 'Kolding'),
	(5, 'Munkebo', 'district', 'Kolding'), (6, 'Løget', 'housing_area', 'Vejle');
INSERT INTO lists_small.area_alias (municipality, alias, area) VALUES ('Vejle', 'Løget by', 6), ('Kolding', 'Parken', 1);
SELECT resolve_area('lists_small', 'Kolding', 'Skovvejen/Skovparken') AS by_name,
	resolve_area('lists_small', 'Vejle', 'LØGET BY') AS by_alias,
	resolve_area('lists_small', NULL, 'Byparken/Skovparken') AS anywhere,
	resolve_area('lists_small', 'Vejle', 'Byparken/Skovparken') AS elsewhere,
	resolve_area('lists_small', 'Kolding', 'munkebo', 'district') AS other_layer,
	resolve_area('lists_small', 'Kolding', 'Munkebo') AS as_written,
	resolve_area('lists_small', 'Kolding', NULL) AS no_name, resolve_area('lists_small', 'Kolding', ' / ') AS empty_name;
SELECT resolve_area('lists_small', 'Kolding', 'MUNKEBO');
SELECT resolve_area('no_register', 'Kolding', 'Munkebo');
SELECT resolve_area(NULL, 'Kolding', 'Munkebo');

-- a list that cannot be loaded: every name in one error, and nothing is changed
CREATE TABLE bad_list (municipality text, printed_name text);
INSERT INTO bad_list VALUES ('Kolding', 'Parken'), ('Kolding', 'Skovparken/Skovvejen'), ('Kolding', 'MUNKEBO'),
	('Vejle', 'Nowhere'), ('Vejle', NULL), (NULL, 'Løget'), ('Vejle', 'Løget by');
CALL load_list('lists_small', 2018, 'ghetto', 'bad_list');
CALL load_list('lists_small', 2018, 'ghetto', 'bad_list', create_missing => true);
SELECT count(*) AS lists FROM lists_small.published_list;
SELECT count(*) AS areas FROM lists_small.area;

-- a list that can, and then again with one row less; notes are kept where given
CREATE TABLE good_list (municipality varchar(30), printed_name varchar(30), note text);
INSERT INTO good_list VALUES ('kolding', 'Skovvejen/Skovparken', 'first'), ('Vejle', ' Løget by ', NULL);
CALL load_list('lists_small', 2018, 'ghetto', 'good_list', '2018-12-01');
SELECT * FROM lists_small.list_entry ORDER BY area;
DELETE FROM good_list WHERE municipality = 'Vejle';
CALL load_list('lists_small', 2018, 'ghetto', 'good_list', complete => false, areas => 29);
SELECT * FROM lists_small.list_entry ORDER BY area;
SELECT * FROM lists_small.published_list;
-- an area made for a new name takes the municipality's spelling and the layer from the register
TRUNCATE good_list;
INSERT INTO good_list VALUES ('KOLDING KOMMUNE', 'Nyparken mv.', NULL), ('Holbæk', 'Agervang', NULL),
	('Holbæk Kommune', 'Agervang m.fl.', NULL);
CALL load_list('lists_small', 2019, 'ghetto', 'good_list', create_missing => true);
DELETE FROM good_list WHERE printed_name = 'Agervang m.fl.';
CALL load_list('lists_small', 2019, 'ghetto', 'good_list', create_missing => true);
SELECT a.layer, a.municipality, a.name, e.printed_name FROM lists_small.list_entry AS e
JOIN lists_small.area AS a ON a.id = e.area WHERE e.list_year = 2019 ORDER BY 3;
-- an empty list is a list
TRUNCATE good_list;
CALL load_list('lists_small', 2020, 'ghetto', 'good_list', areas => 0);
SELECT list_year, complete, areas FROM lists_small.published_list WHERE list_year = 2020;

-- bad arguments
CALL load_list('lists_small', NULL, 'ghetto', 'good_list');
CALL load_list('lists_small', 2018, 'ghetto', NULL);
CALL load_list('lists_small', 1800, 'ghetto', 'good_list');
CALL load_list('lists_small', 2018, 'ghetto', 'lists_small.area');
CALL load_list('no_register', 2018, 'ghetto', 'good_list');

DROP SCHEMA lists_test, lists_denmark, lists_denmark_published, lists_small, lists_small_published CASCADE;
DROP ROLE lists_denmark_reader, lists_small_reader;

-- Published lists: names as printed, matched to areas; nothing is lost.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
\set SHOW_CONTEXT never
SELECT n.name, n.municipality, monitor.plain_name(n.name, n.municipality) FROM (VALUES
	('Solbakken', 'Odense'), ('Solbakken mv', 'Odense'), ('Solbakken mv.', 'Odense'), ('SOLBAKKEN  m.v.', 'Odense'),
	('Ringparken, Slagelse', 'Slagelse'), ('Ringparken', 'Slagelse'), ('Ringparken (Slagelse)', 'Slagelse'), ('Ringparken, Slagelse', NULL),
	('Nørager/Søstjernevej m.fl.', 'Sønderborg'), ('Søstjernevej / Nørager m. fl', 'Sønderborg'), ('Nørager og Søstjernevej mfl.', 'Sønderborg'),
	('Skovvejen/Skovparken', 'Kolding'), ('Stengårdsvej-kvarteret', 'Esbjerg'), ('Glarbjergvej-området', 'Randers'),
	('Gl. Jennumparken', 'Randers'), ('Gamle Jennumparken', 'Randers'), ('Taastrupgaard', 'Høje-Taastrup'), ('TÅSTRUPGÅRD', 'Høje Taastrup'),
	('Høje Taastrup Kommune', NULL), ('Parken, A.B (C)', 'A.B (C)'), ('', 'X'), ('/', 'X'), (NULL, 'X')) AS n(name, municipality);
CALL monitor.create_register('regtest', srid => 25832);
SET search_path = regtest, public;
INSERT INTO area (id, name, municipality, layer) VALUES (1, 'Skovparken/Skovvejen', 'Kolding', 'housing_area'), (2, 'Munkebo', 'Kolding', 'housing_area'),
	(3, 'Ringparken', 'Slagelse', 'housing_area'), (4, 'Tåstrupgård', 'Høje Taastrup', 'housing_area'), (5, 'Parken', 'Vejle', 'housing_area'),
	(6, 'Parken mv.', 'Vejle', 'housing_area'), (7, 'Munkebo', 'Kolding', 'district'), (8, 'Skrivefejl', 'Vejle', 'housing_area');
INSERT INTO area_alias (municipality, alias, area) VALUES ('Vejle', 'Finlandsparken', 8);
\set VERBOSITY default
CALL monitor.load_list('regtest', 2018, 'ghetto', '2018-12-01', true, '{Kolding,Kolding,Slagelse,Høje-Taastrup,Vejle,Vejle,Vejle,NULL}',
	'{Skovvejen/Skovparken,Munkebo,"Ringparken, Slagelse",Taastrupgård,Parken,Finlandsparken,Parken m.fl.,Ukendt}');
SELECT * FROM published_list;
SELECT * FROM list_entry ORDER BY area;
SELECT * FROM unmatched_entry ORDER BY printed_name;
-- An alias mends it; the same area twice on one list does not.
INSERT INTO area_alias (municipality, alias, area) VALUES ('Vejle', 'Ukendt', 8), ('Vejle', 'Parken m.fl.', 6);
CALL monitor.match_list_names('regtest');
SELECT * FROM list_entry WHERE area > 5 ORDER BY area;
SELECT * FROM unmatched_entry;
-- Loaded again, a list takes the place of what was there; another is not touched.
CALL monitor.load_list('regtest', 2019, 'ghetto', '2019-12-01', false, '{Kolding}', '{Munkebo}');
CALL monitor.load_list('regtest', 2018, 'ghetto', NULL, true, '{Kolding,Kolding}', '{Munkebo,Munkebo mv.}');
SELECT * FROM list_entry ORDER BY 1, 3;
SELECT printed_name, reason FROM unmatched_entry;
-- Areas made of the names that fit none: one an area, however it is spelt.
CALL monitor.load_list('regtest', 2020, 'ghetto', '2020-12-01', true, '{Odense,Odense,Kolding}', '{Vollsmose,Vollsmose mv.,Munkebo}', make_areas => true);
SELECT id, name, municipality, layer FROM area WHERE id > 8;
SELECT printed_name, reason FROM unmatched_entry ORDER BY 1;
CALL monitor.load_list('regtest', 2021, 'udsat', NULL, true, '{}', '{}');
SELECT * FROM published_list ORDER BY 1;
CALL monitor.load_list('regtest', 2021, 'udsat', NULL, true, '{Vejle}', '{}');
CALL monitor.load_list('regtest', 2021, NULL, NULL, true, '{}', '{}');
CALL monitor.load_list('regtest', 99, 'udsat', NULL, true, '{}', '{}');
RESET search_path;
DROP SCHEMA regtest, regtest_published CASCADE;
DROP OWNED BY regtest_reader;
DROP ROLE regtest_reader;

-- Lists in a row as bounds.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
SET search_path = monitor, public;
\a
WITH list(area, list_year, listed) AS (VALUES
	('always', 2014, true), ('always', 2015, true), ('always', 2016, true),
	('left and back', 2014, true), ('left and back', 2015, false), ('left and back', 2016, true), ('left and back', 2017, true),
	('a gap', 2012, false), ('a gap', 2013, true), ('a gap', 2016, true), ('a gap', 2017, true),
	('unknown', 2012, false), ('unknown', 2013, true), ('unknown', 2014, NULL), ('unknown', 2015, true), ('unknown', 2016, NULL),
	('never', 2015, false), ('never', 2016, false),
	('one unknown', 2016, NULL))
SELECT area, list_year, listed, (s).at_least, (s).at_most, (off).at_least AS off_at_least, (off).at_most AS off_at_most
FROM (SELECT *, streak(listed, list_year) OVER (PARTITION BY area ORDER BY list_year) AS s,
	streak(NOT listed, list_year) OVER (PARTITION BY area ORDER BY list_year DESC) AS off FROM list) AS v
ORDER BY area COLLATE "C", list_year;
-- Rows of other years stand between: the frame and the order of rows play no part.
SELECT list_year, streak(listed, list_year) OVER (ORDER BY list_year DESC ROWS CURRENT ROW)
FROM (VALUES (2016, true), (2014, true), (2015, true)) AS v(list_year, listed);
SELECT streak(listed => true, list_year => 2020) OVER ();
SELECT streak(true, 2020) OVER () FROM generate_series(1, 0);
-- 9,999 years.
SELECT sum((s).at_least), sum((s).at_most) FROM (SELECT streak(y > 1, y) OVER () AS s FROM generate_series(9999, 1, -1) AS y) AS v;

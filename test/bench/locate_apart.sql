-- The bench of locate with circles that stand apart, a third of the points in none.
\set apart 1
\ir locate.sql

-- The real lists of 2012 to 2020, as they were printed, in a register "denmark":
-- names alone, no boundaries and no figures.
CALL monitor.create_register('denmark', 25832);
CREATE TEMPORARY TABLE membership (list_date text, list text, municipality text, printed_name text, note text, source text);
CREATE TEMPORARY TABLE derived (list_date text, list text, municipality text, printed_name text, note text);
CREATE TEMPORARY TABLE entries (municipality text, printed_name text, note text);
\copy membership FROM test/data/lists/membership.csv WITH (FORMAT csv, HEADER)
\copy derived FROM test/data/lists/membership_2014_2016_derived.csv WITH (FORMAT csv, HEADER)
DO $$
DECLARE
	known record;
BEGIN
	FOR known IN
		SELECT left(list_date, 4)::integer AS year, array_agg(municipality) AS municipalities, array_agg(printed_name) AS names
		FROM (SELECT list_date, list, municipality, printed_name FROM membership
			UNION ALL SELECT list_date, list, municipality, printed_name FROM derived) AS printed
		WHERE starts_with(list, 'ghetto') GROUP BY 1 ORDER BY 1
	LOOP
		TRUNCATE entries;
		INSERT INTO entries (municipality, printed_name) SELECT * FROM unnest(known.municipalities, known.names);
		CALL monitor.load_list('denmark', known.year, 'ghetto', 'entries', make_date(known.year, 12, 1), create_missing => true);
	END LOOP;
END
$$;
CALL monitor.refresh('denmark');

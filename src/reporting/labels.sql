-- What every published column is called. A name means the same wherever it stands.

CREATE FUNCTION published_labels()
RETURNS TABLE (column_name text, english text, danish text, meaning text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 120
BEGIN ATOMIC
	SELECT column1, column2, column3, column4 FROM (VALUES
	('adults', 'Adults', 'Voksne', 'residents aged 18 and over'),
	('aged_30_59', 'Aged 30-59', '30-59-årige', 'residents aged 30 to 59'),
	('agrees', 'Agrees', 'Stemmer', 'whether ours rounds to the printed figure'),
	('area', 'Area', 'Område', 'id of the area'),
	('at_least', 'Lists in a row, at least', 'Lister i træk, mindst', 'with this list; unknown years counted as not listed'),
	('at_most', 'Lists in a row, at most', 'Lister i træk, højst', 'with this list; unknown years counted as listed; NULL: no bound'),
	('averaging', 'Average over years', 'Gennemsnit over år', 'mean_of_shares, pooled or mean_of_counts'),
	('basic_education', 'Basic school only', 'Kun grundskole', 'residents aged 30-59 with no more than basic school'),
	('basic_education_share', 'Basic school only, %', 'Kun grundskole, pct.', 'of those aged 30-59'),
	('basis', 'Basis', 'Grundlag', 'official list, computed, inherited from a predecessor, or unknown'),
	('by_leaving', 'By leaving', 'Ved fraflytning', 'persons whose leaving changes the answer'),
	('by_newcomers', 'By newcomers', 'Ved tilflytning', 'persons whose coming changes the answer'),
	('code', 'Code', 'Kode', 'the owner''s own code'),
	('comparator', 'Comparison', 'Sammenligning', 'the criterion is met where value, this sign, limit holds'),
	('convicted', 'Convicted', 'Dømte', 'residents aged 18 and over convicted under the penal code, the weapons act or the drugs act'),
	('convicted_share', 'Convicted, %', 'Dømte, pct.', 'of those aged 18 and over'),
	('could_flip', 'Unknown values could change the answer', 'Uoplyste kan ændre svaret', 'true or false'),
	('count', 'Number', 'Antal', 'persons; full-time persons for outside_labour'),
	('criterion', 'Criterion', 'Kriterium', 'name of the test in its rule set'),
	('data_year', 'Data year', 'Dataår', 'the year the figure is about'),
	('decimals', 'Decimals printed', 'Trykte decimaler', 'how many decimals the list printed'),
	('departments', 'Departments', 'Afdelinger', 'number of the landlord''s departments in the area'),
	('difference', 'Difference', 'Forskel', 'ours less theirs, percentage points or persons'),
	('difference_persons', 'Difference in persons', 'Forskel i personer', 'the difference as persons of the latest data year'),
	('extension_version', 'Version', 'Version', 'of the extension that made the figures'),
	('fid', 'Feature number', 'Objektnummer', 'stays with a boundary from refresh to refresh'),
	('first_list_year', 'First list', 'Første liste', 'first list year governed'),
	('geom', 'Boundary', 'Grænse', 'polygon in the register''s reference system'),
	('has_figures', 'Has figures', 'Har tal', 'whether criteria could be computed'),
	('has_official_list', 'Has a published list', 'Har offentliggjort liste', 'whether a list is in the register'),
	('is_housing_area', 'Housing area', 'Boligområde', 'whether the legal criteria are computed for it'),
	('is_latest', 'Latest', 'Seneste', 'whether it is the latest list year with figures'),
	('is_own', 'Own rules', 'Egne regler', 'whether the rule set is the register''s own'),
	('is_printed', 'Printed', 'Trykt', 'whether there is a printed list of the status'),
	('is_strictest', 'Strictest', 'Strengeste', 'whether it is the strictest printed status the area has'),
	('kind', 'Kind', 'Art', 'kind of area or of rule set'),
	('label_danish', 'Danish label', 'Dansk betegnelse', 'of the measure'),
	('label_english', 'English label', 'Engelsk betegnelse', 'of the measure'),
	('landlord', 'Landlord', 'Udlejer', 'id of the housing organisation'),
	('last_list_year', 'Last list', 'Sidste liste', 'last list year governed; NULL: still in force'),
	('layer', 'Layer', 'Lag', 'areas of one layer do not overlap'),
	('list_complete', 'Complete list', 'Fuldstændig liste', 'whether an area not on it was not listed'),
	('list_date', 'Date of the list', 'Listens dato', 'when it was published'),
	('list_year', 'List year', 'Listeår', 'the year of the list of 1 December'),
	('listed', 'Listed', 'På listen', 'NULL: unknown'),
	('margin', 'Margin', 'Margen', 'value less limit, percentage points or persons'),
	('margin_amount', 'Margin in kroner', 'Margen i kroner', 'all incomes of the area together'),
	('margin_fulltime', 'Margin in full-time persons', 'Margen i fuldtidspersoner', 'distance to the limit'),
	('margin_high', 'Margin in persons, at most', 'Margen i personer, højst', 'for the status'),
	('margin_low', 'Margin in persons, at least', 'Margen i personer, mindst', 'for the status'),
	('margin_persons', 'Margin in persons', 'Margen i personer', 'fewest persons who change the answer'),
	('margin_swaps', 'Margin in exchanges', 'Margen i udskiftninger', 'residents of mean income exchanged for people with the region''s mean'),
	('mean_income', 'Mean income', 'Gennemsnitsindkomst', 'kroner, of the taxpayers'),
	('measure', 'Measure', 'Mål', 'what is counted'),
	('met', 'Met', 'Opfyldt', 'NULL: unknown'),
	('met_if_larger', 'Met if larger', 'Opfyldt hvis større', 'whether only the number of residents is lacking'),
	('methods_agree', 'Averages agree', 'Gennemsnit er enige', 'whether the three averages over years give one answer'),
	('municipality', 'Municipality', 'Kommune', 'that the area lies in'),
	('name', 'Name', 'Navn', 'of the area or landlord'),
	('near_limit', 'Near a limit', 'Nær en grænse', 'within the margins in publication; NULL: hidden or unknown'),
	('near_limit_percent', 'Near, percentage points', 'Nær, procentpoint', 'setting of the register'),
	('near_limit_persons', 'Near, persons', 'Nær, personer', 'setting of the register'),
	('nearest_criterion', 'Nearest criterion', 'Nærmeste kriterium', 'the one closest to its limit'),
	('nearest_margin', 'Nearest margin', 'Nærmeste margen', 'value less limit of that criterion'),
	('nearest_margin_persons', 'Nearest margin in persons', 'Nærmeste margen i personer', 'of that criterion'),
	('nearest_met', 'Nearest is met', 'Nærmeste er opfyldt', 'which side of the limit it is on'),
	('non_western', 'Non-western origin', 'Ikke-vestlig oprindelse', 'immigrants and descendants from non-western countries'),
	('non_western_share', 'Non-western origin, %', 'Ikke-vestlig oprindelse, pct.', 'of all residents'),
	('not_approved_education', 'Education not approved', 'Ikke godkendt uddannelse', 'residents aged 30-59 with more than basic school, neither taken nor approved in Denmark'),
	('note', 'Note', 'Bemærkning', 'what the answer rests on'),
	('official', 'On the published list', 'På den offentliggjorte liste', 'NULL: unknown'),
	('only_row', 'Only row', 'Eneste række', 'the table has one row'),
	('ours', 'Ours', 'Vores', 'value computed here'),
	('outside_labour', 'Outside the labour market', 'Uden for arbejdsmarkedet', 'residents aged 18-64 attached to neither labour market nor education, in full-time persons'),
	('outside_labour_share', 'Outside the labour market, %', 'Uden for arbejdsmarkedet, pct.', 'of those aged 18-64'),
	('population', 'Out of', 'Ud af', 'persons that the number is a part of'),
	('position', 'Position', 'Rækkefølge', 'for sorting'),
	('printed_name', 'Printed name', 'Trykt navn', 'the area''s name as the list spelt it'),
	('rank', 'Rank', 'Rang', 'the higher the stricter'),
	('reference_date', 'Reference date', 'Opgørelsesdato', 'who lived where on this day'),
	('refreshed_at', 'Refreshed', 'Opdateret', 'when the figures were made'),
	('region', 'Region', 'Region', 'whose mean income is compared with'),
	('residents', 'Residents', 'Beboere', 'on 1 January'),
	('rule_set', 'Rule set', 'Regelsæt', 'edition of the law, or one of the register''s own'),
	('rule_threshold', 'Limit of the rule', 'Reglens grænse', 'percent, persons, or a multiple of the national share'),
	('share', 'Share, %', 'Andel, pct.', 'of the persons it is a part of'),
	('share_of', 'Part of', 'Del af', 'measure that this one is a part of'),
	('source', 'Source', 'Kilde', 'where the figure came from'),
	('status', 'Status', 'Status', 'the law''s term'),
	('status_if_larger', 'Status if larger', 'Status hvis større', 'that the area would have with residents enough'),
	('suppressed', 'Hidden', 'Skjult', 'whether figures are hidden to protect persons'),
	('suppressed_measures', 'Hidden figures', 'Skjulte tal', 'how many figures of the row are hidden'),
	('suppression_threshold', 'Threshold', 'Diskretionsgrænse', 'fewer persons than this are hidden'),
	('taxpayers', 'Taxpayers', 'Skatteydere', 'residents aged 15-64, not in education, of known income'),
	('tenure', 'Tenure', 'Ejerform', 'of the dwellings'),
	('theirs', 'Theirs', 'Deres', 'value the official list printed'),
	('threshold', 'Limit', 'Grænse', 'in the unit of the value'),
	('threshold_kind', 'Kind of limit', 'Grænsens art', 'absolute, national (a multiple of the share) or regional (percent of the mean)'),
	('title', 'Title', 'Titel', 'of the rule set'),
	('too_small', 'Too small to be listed', 'For lille til listen', 'too few residents, but the rest is met'),
	('unknown', 'Unknown', 'Uoplyste', 'persons whose value is unknown, over the data years'),
	('unknown_counts_as', 'Unknown counts as', 'Uoplyst regnes som', 'not, yes, excluded or undecided'),
	('unknown_education', 'Education unknown', 'Uoplyst uddannelse', 'residents aged 30-59'),
	('valid_from', 'From', 'Fra', 'NULL: since always'),
	('valid_to', 'Until', 'Til', 'the day after the last; NULL: still valid'),
	('value', 'Value', 'Værdi', 'percent, or number of residents'),
	('vintage', 'Vintage', 'Udgave', 'when the delivery used was made'),
	('working_age', 'Aged 18-64', '18-64-årige', 'residents aged 18 to 64'),
	('years_in_row', 'Lists in a row needed', 'Krævede lister i træk', 'NULL: this list is enough')
	) AS label;
END;
COMMENT ON FUNCTION published_labels() IS
'English and Danish label and meaning of each column name of <register>_published; create_register makes the columns'' comments of them.';

CREATE PROCEDURE label_published(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	target record;
BEGIN
	FOR target IN
		SELECT c.relname, a.attname, format('%s / %s: %s.', l.english, l.danish, l.meaning) AS label
		FROM pg_class AS c
		JOIN pg_namespace AS n ON n.oid = c.relnamespace
		JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		JOIN monitor.published_labels() AS l ON l.column_name = a.attname
		WHERE n.nspname = register || '_published' AND c.relkind IN ('r', 'v')
	LOOP
		EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', register || '_published', target.relname, target.attname, target.label);
	END LOOP;
END
$procedure$;
COMMENT ON PROCEDURE label_published(name) IS
'Comments the columns of <register>_published with their labels. Used by create_register, not for users.';

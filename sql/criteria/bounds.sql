-- Criteria from percentages, bounds and bare limits.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
SET search_path = monitor, public;
\a
SELECT v.criterion, v.low, v.high, v.tlow, v.thigh, c.value, c.threshold, c.met, c.margin, c.note
FROM (VALUES
	('outside_labour', 40, 40, NULL, NULL), ('outside_labour', 40.01, 40.01, NULL, NULL),
	('outside_labour', 39.95, 40.05, NULL, NULL), ('outside_labour', 40.05, 40.15, NULL, NULL), ('outside_labour', 30, 40, NULL, NULL),
	('outside_labour', NULL, 39, NULL, NULL), ('outside_labour', 41, NULL, NULL, NULL), ('outside_labour', NULL, NULL, NULL, NULL),
	('outside_labour', 43, 44, 42, 42.5), ('outside_labour', 43, 44, NULL, 42.5), ('outside_labour', 43, 44, 44, NULL),
	('convicted', 1.465, 1.475, 1.975, 1.985), ('convicted', 1.98, 1.98, 1.98, 1.98), ('convicted', 2, 2, NULL, NULL),
	('convicted', 1.98, 2, NULL, 1.98), ('convicted', NULL, NULL, 1.98, 1.98),
	('low_income', 60, 60, NULL, NULL), ('low_income', 55, 55, NULL, NULL), ('low_income', 54.5, 55.5, NULL, NULL), ('low_income', 50, 54.9, NULL, NULL),
	('residents', 1000, NULL, NULL, NULL), ('residents', 950, 1050, NULL, NULL)) AS v(criterion, low, high, tlow, thigh)
JOIN rule AS r ON r.rule_set = '2018' AND r.criterion = v.criterion,
	criterion_from_bounds(r, v.low, v.high, v.tlow, v.thigh) AS c;
SELECT v.*, b.* FROM (VALUES (40.0, 1), (1.98, 2), (50, 0), (-0.5, 1), (40.10, 1), (NULL, 1)) AS v(value, decimals), printed_bounds(value, decimals) AS b;
-- Results of both kinds make a status together.
SELECT statuses('2018', 2019, ARRAY[
	(SELECT criterion_from_bounds(r, 1600, 1600) FROM rule AS r WHERE rule_set = '2018' AND criterion = 'residents'),
	(SELECT criterion_from_bounds(r, 45, 46) FROM rule AS r WHERE rule_set = '2018' AND criterion = 'outside_labour'),
	(SELECT criterion_from_bounds(r, 1.475, 1.485, 1.975, 1.985) FROM rule AS r WHERE rule_set = '2018' AND criterion = 'convicted'),
	(SELECT criterion_from_bounds(r, 54.9, 54.9) FROM rule AS r WHERE rule_set = '2018' AND criterion = 'low_income'),
	(SELECT criterion_from_bounds(r, 49.95, 50.05) FROM rule AS r WHERE rule_set = '2018' AND criterion = 'non_western')]);

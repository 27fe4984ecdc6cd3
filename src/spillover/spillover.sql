-- Room spillover: what changed beyond what would have happened anyway, in the areas and around them?
--
-- displacement.c      displacement: quotient, difference, net effect of counts before and after

-- Counts before and after

CREATE TYPE displacement_result AS (
	wdq double precision,
	wdd double precision,
	se double precision,
	low double precision,
	high double precision,
	total_net_effect double precision,
	phi double precision,
	note text,
	z double precision,
	p double precision,
	local double precision,
	local_se double precision,
	displaced double precision,
	displaced_se double precision,
	success_measure double precision,
	buffer_measure double precision,
	odds_ratio double precision,
	odds_ratio_log_se double precision,
	odds_ratio_low double precision,
	odds_ratio_high double precision
);
COMMENT ON TYPE displacement_result IS
'Result of displacement. wdq: quotient of Bowers & Johnson: above 0 the gain spread into the buffer, -1 to 0 part of it was displaced, below -1 more was displaced than gained; NULL with a note where there is no gain to displace. wdd: weighted displacement difference, below 0 is a net fall, with se, low, high, z and p (two-sided); local and displaced are its two parts. total_net_effect: events saved in treated and buffer areas against the control areas'' course, above 0 is a gain. phi: of the two by two table of treated and control, before and after; odds_ratio above 1 is a gain in the treated areas, with the standard error of its logarithm and limits.';

CREATE FUNCTION displacement(pre_treated double precision, post_treated double precision, pre_control double precision, post_control double precision, pre_buffer double precision DEFAULT NULL, post_buffer double precision DEFAULT NULL, pre_buffer_control double precision DEFAULT NULL, post_buffer_control double precision DEFAULT NULL, time_weight double precision[] DEFAULT NULL, area_weight double precision[] DEFAULT NULL, kind text DEFAULT 'event', spread double precision[] DEFAULT NULL, overdispersion double precision DEFAULT 1, conf double precision DEFAULT 0.95) RETURNS displacement_result
AS 'MODULE_PATHNAME', 'monitor_displacement'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION displacement(double precision, double precision, double precision, double precision, double precision, double precision, double precision, double precision, double precision[], double precision[], text, double precision[], double precision, double precision) IS
'Did a change in treated areas move into the buffer around them? Figures before and after of treated areas, control areas, buffer and (optional) control areas of the buffer. time_weight (before, after) and area_weight (treated, control, buffer, buffer control) divide the figures in the difference: lengths of the periods, sizes of the areas; 1 by default; quotient, net effect, phi and odds ratio take figures as they are. kind says how figures vary by chance: event (counts over a period: Poisson), stock (persons on a day: only those who move; spread holds moves in plus moves out of the four groups between the two days), mean (spread holds the eight standard errors in the order of the figures); without spread the last two have no standard error and a note. overdispersion multiplies the variances. NULL where a figure of treated or control areas is NULL, or one of a pair. Errors: 22023 for a negative count, a figure that is not finite, arrays of another length or with NULL, weights of 0 or less. Sources: Bowers & Johnson 2003 (quotient), Wheeler & Ratcliffe 2018 (difference), Guerette 2009 (net effect), Farrington & Welsh (odds ratio).';

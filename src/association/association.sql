-- Room association: is the problem concentrated, and where? Spatial autocorrelation,
-- global and local.

CREATE TYPE autocorrelation AS (
	statistic double precision,
	expected double precision,
	variance double precision,
	z double precision,
	p double precision,
	variance_normal double precision,
	z_normal double precision,
	p_normal double precision,
	p_permutation double precision,
	n_used bigint,
	n_null bigint,
	n_islands bigint
);
COMMENT ON TYPE autocorrelation IS
'Result of the global statistics: the statistic; its expectation without autocorrelation; variance, z and two-sided p under randomisation; the same under normality; two-sided p by permutation; areas used, areas left out because their value is unknown (NULL, or no row for an area of w), and areas used that have no neighbour. A figure that a statistic does not have is NULL.';

CREATE TYPE local_autocorrelation AS (
	statistic double precision,
	expected double precision,
	variance double precision,
	z double precision,
	p double precision,
	p_permutation double precision,
	p_directed double precision,
	quadrant text,
	z_value double precision,
	lag double precision,
	lag_z double precision,
	neighbors integer,
	island boolean
);
COMMENT ON TYPE local_autocorrelation IS
'Result of the local statistics, one an area: the statistic; its conditional expectation and variance; z and two-sided p; two-sided p by permutation, and that of the tail the statistic lies in; quadrant HH, LL, LH or HL (own value, then neighbours'', against the mean), NULL where either equals it; the value standardised; spatial lag of the value and of the standardised value; number of neighbours; whether there are none. A figure that a statistic does not have is NULL; all is NULL where the value is.';

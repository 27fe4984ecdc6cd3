-- Nine areas of 100 m by 100 m, and 200 addresses in them and beyond.
CREATE TABLE area AS
SELECT i AS id, ST_MakeEnvelope(530000 + 100 * (i % 3), 6170000 + 100 * (i / 3), 530100 + 100 * (i % 3), 6170100 + 100 * (i / 3), 25832) AS geom FROM generate_series(1, 9) AS i;
CREATE TABLE address AS
SELECT i AS id, ST_SetSRID(ST_MakePoint(530000 + i * 37 % 400, 6170000 + i * 71 % 500), 25832) AS geom FROM generate_series(1, 200) AS i;

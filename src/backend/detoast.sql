CREATE FUNCTION detoast_count() RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_detoast_count'
LANGUAGE C VOLATILE PARALLEL RESTRICTED;
COMMENT ON FUNCTION detoast_count() IS
'Diagnostics: how many large values (area_index and the like) this session has fetched from TOAST so far. The difference before and after a query shows whether it read its index once, as it should, or once a row. Parallel workers count for themselves.';

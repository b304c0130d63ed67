/** Apollo's gateway reports to its vendor unless told otherwise before it loads: nothing of a shop leaves its machine unasked. */
process.env['APOLLO_TELEMETRY_DISABLED'] = '1';

// Apollo's gateway reads this when it is made, and reports to its vendor each hour otherwise. It is imported before anything of Apollo.
process.env['APOLLO_TELEMETRY_DISABLED'] = '1';

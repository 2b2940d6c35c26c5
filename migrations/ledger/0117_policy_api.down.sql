drop function pilothouse_api.change, pilothouse_api.freeze, pilothouse_api.end_delegation, pilothouse_api.break_glass,
  pilothouse_api.tend;

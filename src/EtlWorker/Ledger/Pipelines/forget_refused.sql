-- What was refused at a source is gone, or mended. @source.
delete from etl.refused_definition where source = @source;

-- What of a document's file could not be read, in words for whoever uploaded it: replaced bytes, signs of
-- unknown fonts, text at an angle, hidden text, parts that are no text.
alter table documents add column note text;

-- An export may be a PDF.
alter table exports
    drop constraint exports_format_check,
    add constraint exports_format_check check (format in ('csv', 'json', 'pdf'));

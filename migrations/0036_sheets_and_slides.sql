-- Workbooks and presentations are documents as well.
alter table documents drop constraint documents_file_type_check;
alter table documents
    add constraint documents_file_type_check
    check (file_type in ('csv', 'docx', 'html', 'md', 'pdf', 'pptx', 'txt', 'xlsx'));

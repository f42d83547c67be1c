-- The sweep of uploads that no document has looks them up by their ids.
create index documents_upload_idx on documents (upload_id);

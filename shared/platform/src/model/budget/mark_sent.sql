-- Only while it is held: what expired was given back, and may no longer be sent.
update model_calls
set sent_at = $2
where id = $1 and state = 'reserved'

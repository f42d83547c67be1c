select jsonb_build_object(
    'account', jsonb_build_object(
        'id', a.id, 'email', a.email, 'full_name', a.full_name, 'role', a.role,
        'company', a.company, 'plan', a.plan, 'is_verified', a.is_verified,
        'avatar_url', a.avatar_url, 'created_at', a.created_at,
        'last_login_at', a.last_login_at
    ),
    'sign_ins', coalesce((
        select jsonb_agg(jsonb_build_object(
            'id', s.id, 'created_at', s.created_at, 'expires_at', s.expires_at,
            'ended_at', s.ended_at
        ) order by s.created_at)
        from sessions s
        where s.account_id = a.id
    ), '[]'),
    'projects', coalesce((
        select jsonb_agg(jsonb_build_object(
            'project_id', p.id, 'name', p.name, 'role', r.role,
            'is_owner', p.owner_id = a.id, 'created_at', p.created_at
        ) order by p.created_at)
        from project_roles r
        join projects p on p.id = r.project_id
        where r.account_id = a.id
    ), '[]'),
    'invitations', coalesce((
        select jsonb_agg(jsonb_build_object(
            'id', i.id, 'project_id', i.project_id, 'role', i.role,
            'created_at', i.created_at, 'expires_at', i.expires_at
        ) order by i.created_at)
        from project_invitations i
        where i.email = a.email and a.is_verified
    ), '[]'),
    'documents', coalesce((
        select jsonb_agg(jsonb_build_object(
            'id', d.id, 'scope', d.scope, 'title', d.title, 'filename', d.filename,
            'size_bytes', d.size_bytes, 'status', d.status, 'created_at', d.created_at
        ) order by d.created_at)
        from documents d
        where d.owner_id = a.id and d.deleted_at is null
    ), '[]'),
    'comments', coalesce((
        select jsonb_agg(jsonb_build_object(
            'id', c.id, 'project_id', c.project_id, 'subject_kind', c.subject_kind,
            'subject_id', c.subject_id, 'thread_id', c.thread_id, 'text', c.text,
            'mentions', c.mentions, 'created_at', c.created_at, 'edited_at', c.edited_at
        ) order by c.created_at, c.id)
        from comments c
        where c.author_id = a.id and c.deleted_at is null
    ), '[]'),
    'tasks', coalesce((
        select jsonb_agg(jsonb_build_object(
            'id', t.id, 'project_id', t.project_id, 'title', t.title, 'text', t.text,
            'assignee_id', t.assignee_id, 'due_on', t.due_on, 'state', t.state,
            'created_by', t.created_by, 'created_at', t.created_at, 'done_at', t.done_at
        ) order by t.created_at, t.id)
        from tasks t
        -- who has left sees nothing of what others make of them since
        join project_roles r on r.project_id = t.project_id and r.account_id = a.id
        where t.created_by = a.id or t.assignee_id = a.id
    ), '[]'),
    'runs', coalesce((
        select jsonb_agg(jsonb_build_object('kind', r.kind, 'runs', r.runs))
        from (
            select kind, count(*) as runs
            from runs
            where requested_by = a.id
            group by kind
            order by kind
        ) r
    ), '[]'),
    'model_calls', coalesce((
        select jsonb_agg(to_jsonb(c) order by c.month, c.task, c.model)
        from (
            select
                date_trunc('month', created_at at time zone 'UTC')::date as month,
                task, provider, model,
                count(*) as calls,
                sum(input_tokens) as input_tokens,
                sum(output_tokens) as output_tokens,
                sum(cost_micros) as cost_micro_usd
            from model_calls
            where account_id = a.id
            group by 1, task, provider, model
        ) c
    ), '[]'),
    'allowances', coalesce((
        select jsonb_agg(jsonb_build_object(
            'month', w.month, 'spent_micro_usd', w.spent_micros, 'reserved_micro_usd', w.reserved_micros
        ) order by w.month)
        from account_allowances w
        where w.account_id = a.id
    ), '[]'),
    'notifications', coalesce((
        select jsonb_agg(jsonb_build_object(
            'id', n.id, 'project_id', n.project_id, 'kind', n.kind, 'comment_id', n.comment_id,
            'task_id', n.task_id, 'actor_id', n.actor_id, 'created_at', n.created_at,
            'read_at', n.read_at, 'sent_at', n.sent_at
        ) order by n.created_at, n.id)
        from notifications n
        where n.account_id = a.id
    ), '[]'),
    'links', coalesce((
        select jsonb_agg(jsonb_build_object(
            'id', l.id, 'project_id', l.project_id, 'persona_id', l.persona_id, 'others', l.others,
            'created_at', l.created_at, 'expires_at', l.expires_at, 'revoked_at', l.revoked_at,
            'views', l.views, 'last_viewed_at', l.last_viewed_at
        ) order by l.created_at, l.id)
        from share_links l
        where l.created_by = a.id
    ), '[]'),
    'exports', coalesce((
        select jsonb_agg(jsonb_build_object(
            'id', e.id, 'project_id', e.project_id, 'subject_kind', e.subject_kind,
            'subject_id', e.subject_id, 'format', e.format, 'is_unmasked', e.is_unmasked,
            'created_at', e.created_at, 'finished_at', e.finished_at, 'expires_at', e.expires_at
        ) order by e.created_at, e.id)
        from exports e
        where e.requested_by = a.id
    ), '[]'),
    'libraries', coalesce((
        select jsonb_agg(jsonb_build_object('project_id', l.project_id, 'lent_at', l.lent_at)
            order by l.lent_at, l.project_id)
        from project_libraries l
        where l.account_id = a.id
    ), '[]'),
    'trail', coalesce((
        select jsonb_agg(to_jsonb(l) order by l.at, l.id)
        from (
            select id, at, project_id, subject_kind, subject_id, action, details, address,
                user_agent
            from audit_log
            where account_id = a.id
            order by at desc, id desc
            limit $2
        ) l
    ), '[]')
) as "own!: Json<Box<RawValue>>"
from accounts a
where a.id = $1 and a.deleted_at is null

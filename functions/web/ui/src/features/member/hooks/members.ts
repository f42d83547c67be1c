import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type Schemas, taken } from "@/api/client";

const of = (projectId: string) => ({ params: { path: { project_id: projectId } } });

export const membersQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "members"],
    queryFn: () => taken(api.GET("/api/v1/projects/{project_id}/members", of(projectId))),
  });

export const invitationsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "invitations"],
    queryFn: () => taken(api.GET("/api/v1/projects/{project_id}/invitations", of(projectId))),
  });

export const librariesQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "libraries"],
    queryFn: () => taken(api.GET("/api/v1/projects/{project_id}/libraries", of(projectId))),
  });

/** The caller's own invitations: only whoever has proved their address is told of any. */
export const myInvitationsQuery = queryOptions({
  queryKey: ["invitations"],
  queryFn: () => taken(api.GET("/api/v1/invitations")),
});

/** A change among the people of a project; their lists are read again after it. */
function useChange<Input, Output>(
  projectId: string,
  mutationFn: (input: Input) => Promise<Output>,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => client.invalidateQueries({ queryKey: ["project", projectId] }),
  });
}

export const useInvite = (projectId: string) =>
  useChange(projectId, (body: Schemas["Invite"]) =>
    taken(api.PUT("/api/v1/projects/{project_id}/members", { ...of(projectId), body })),
  );

export const useWithdraw = (projectId: string) =>
  useChange(projectId, (invitation_id: string) =>
    taken(
      api.DELETE("/api/v1/projects/{project_id}/invitations/{invitation_id}", {
        params: { path: { project_id: projectId, invitation_id } },
      }),
    ),
  );

export const useSetRole = (projectId: string) =>
  useChange(projectId, ({ account_id, role }: { account_id: string; role: Schemas["Role"] }) =>
    taken(
      api.PUT("/api/v1/projects/{project_id}/members/{account_id}", {
        params: { path: { project_id: projectId, account_id } },
        body: { role },
      }),
    ),
  );

export const useRemoveMember = (projectId: string) =>
  useChange(projectId, (account_id: string) =>
    taken(
      api.DELETE("/api/v1/projects/{project_id}/members/{account_id}", {
        params: { path: { project_id: projectId, account_id } },
      }),
    ),
  );

export const useLendLibrary = (projectId: string) =>
  useChange(projectId, () =>
    taken(api.PUT("/api/v1/projects/{project_id}/library", of(projectId))),
  );

export const useTakeBackLibrary = (projectId: string) =>
  useChange(projectId, () =>
    taken(api.DELETE("/api/v1/projects/{project_id}/library", of(projectId))),
  );

export const useEndLoan = (projectId: string) =>
  useChange(projectId, (account_id: string) =>
    taken(
      api.DELETE("/api/v1/projects/{project_id}/libraries/{account_id}", {
        params: { path: { project_id: projectId, account_id } },
      }),
    ),
  );

function useAnswer(answer: (id: string) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: answer,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["projects"] });
      void client.invalidateQueries({ queryKey: myInvitationsQuery.queryKey });
    },
  });
}

const invitation = (invitation_id: string) => ({ params: { path: { invitation_id } } });

export const useAcceptInvitation = () =>
  useAnswer((id) => taken(api.POST("/api/v1/invitations/{invitation_id}/accept", invitation(id))));

export const useDeclineInvitation = () =>
  useAnswer((id) => taken(api.DELETE("/api/v1/invitations/{invitation_id}", invitation(id))));

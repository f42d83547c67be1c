import { queryOptions } from "@tanstack/react-query";
import { useChange } from "@/api/change";
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

/** A change among the people of a project; everything of it is read again after it. */
const touched = (projectId: string) => [["project", projectId]];

export const useInvite = (projectId: string) =>
  useChange(touched(projectId), (body: Schemas["Invite"]) =>
    taken(api.PUT("/api/v1/projects/{project_id}/members", { ...of(projectId), body })),
  );

export const useWithdraw = (projectId: string) =>
  useChange(touched(projectId), (invitation_id: string) =>
    taken(
      api.DELETE("/api/v1/projects/{project_id}/invitations/{invitation_id}", {
        params: { path: { project_id: projectId, invitation_id } },
      }),
    ),
  );

export const useSetRole = (projectId: string) =>
  useChange(
    touched(projectId),
    ({ account_id, role }: { account_id: string; role: Schemas["Role"] }) =>
      taken(
        api.PUT("/api/v1/projects/{project_id}/members/{account_id}", {
          params: { path: { project_id: projectId, account_id } },
          body: { role },
        }),
      ),
  );

export const useRemoveMember = (projectId: string) =>
  useChange(touched(projectId), (account_id: string) =>
    taken(
      api.DELETE("/api/v1/projects/{project_id}/members/{account_id}", {
        params: { path: { project_id: projectId, account_id } },
      }),
    ),
  );

export const useLendLibrary = (projectId: string) =>
  useChange(touched(projectId), () =>
    taken(api.PUT("/api/v1/projects/{project_id}/library", of(projectId))),
  );

export const useTakeBackLibrary = (projectId: string) =>
  useChange(touched(projectId), () =>
    taken(api.DELETE("/api/v1/projects/{project_id}/library", of(projectId))),
  );

export const useEndLoan = (projectId: string) =>
  useChange(touched(projectId), (account_id: string) =>
    taken(
      api.DELETE("/api/v1/projects/{project_id}/libraries/{account_id}", {
        params: { path: { project_id: projectId, account_id } },
      }),
    ),
  );

const ANSWERED = [["projects"], ["invitations"]];

const invitation = (invitation_id: string) => ({ params: { path: { invitation_id } } });

export const useAcceptInvitation = () =>
  useChange(ANSWERED, (id: string) =>
    taken(api.POST("/api/v1/invitations/{invitation_id}/accept", invitation(id))),
  );

export const useDeclineInvitation = () =>
  useChange(ANSWERED, (id: string) =>
    taken(api.DELETE("/api/v1/invitations/{invitation_id}", invitation(id))),
  );

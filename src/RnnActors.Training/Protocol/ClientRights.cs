namespace RnnActors.Training.Protocol;

/// <summary>What a client must be allowed to do; each right includes those before it.</summary>
public enum ClientRight
{
    /// <summary>See runs and nodes, and fetch results: the role "follow" of a certificate.</summary>
    Read,

    /// <summary>Submit runs, and stop one's own.</summary>
    Submit,

    /// <summary>Manage the runs of others, and nodes.</summary>
    Administer,
}

/// <summary>
/// The messages of clients, and the right that each one needs. The receptionist forwards these and no others; where there are certificates, they are signed.
/// </summary>
public static class ClientRights
{
    /// <returns>Null for a message that no client sends.</returns>
    public static ClientRight? NeededFor(IWireMessage message) => message switch
    {
        AskStanding or GetStatus or GetRunLog or FollowRun => ClientRight.Read,
        SubmitRun or StopRun => ClientRight.Submit,
        CancelRun or DeleteRun or SetPriority or DrainNode or AcceptLoss => ClientRight.Administer,
        _ => null,
    };

    /// <summary>Whether the receptionist passes a message on.</summary>
    public static bool IsOfClient(IWireMessage message) => message is AskSession or SignedRequest || NeededFor(message) is not null;

    /// <summary>What a right allows, to follow the word "may".</summary>
    public static string Describe(ClientRight right) => right switch
    {
        ClientRight.Read => "see runs and fetch results",
        ClientRight.Submit => "submit runs",
        _ => "administer runs and nodes",
    };
}

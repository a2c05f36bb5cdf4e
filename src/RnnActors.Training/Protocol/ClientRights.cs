namespace RnnActors.Training.Protocol;

/// <summary>What a client must be allowed to do; each right includes those before it.</summary>
public enum ClientRight
{
    /// <summary>See runs and nodes, and fetch results.</summary>
    Read,

    /// <summary>Bring runs.</summary>
    Submit,

    /// <summary>Command the runs of others, and nodes.</summary>
    Administer,
}

/// <summary>The messages of clients, and the right that each one needs. The receptionist passes on these and no others.</summary>
public static class ClientRights
{
    /// <returns>Null for what no client says.</returns>
    public static ClientRight? NeededFor(IWireMessage message) => message switch
    {
        AskStanding or GetStatus or GetRunLog or FollowRun => ClientRight.Read,
        SubmitRun => ClientRight.Submit,
        StopRun or CancelRun or DeleteRun or SetPriority or DrainNode => ClientRight.Administer,
        _ => null,
    };
}

using Microsoft.Extensions.Logging;
using RnnActors.Training.Events;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Hosting;

/// <summary>
/// Finds a cluster for a node. The node asks all nodes that it knows to be let in, and forms a cluster if <see cref="FormingRule"/> says so. As the
/// coordinator, it looks for lost and configured nodes outside its cluster, and ends its cluster if <see cref="MergingRule"/> says so.
/// </summary>
internal sealed class ClusterSearch(NodeSetup setup, NodeLife life, CancellationToken cancellation)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500), BetweenSurveys = TimeSpan.FromSeconds(5);

    /// <summary>How long a joining node that no other member seems to know waits for them to hear of it.</summary>
    private static readonly TimeSpan StrangersPatience = TimeSpan.FromSeconds(10);

    private const int SearchesBeforeNames = 2, SearchesBetweenNames = 10;

    private readonly ILogger _log = setup.Loggers.CreateLogger<ClusterSearch>();
    private readonly long _began = Environment.TickCount64;
    private KnownMember[] _asked = [];
    private int _searches;
    private long? _strangerSince;

    /// <summary>Runs until the node's life has ended, or is cancelled.</summary>
    public async Task RunAsync()
    {
        var probe = new ClusterProbe(setup.Options);
        await using var ending = probe.ConfigureAwait(false);
        while (!life.Ended.IsCompleted && !cancellation.IsCancellationRequested)
        {
            bool isMember = life.Standing.Standing == ClusterStanding.Member;
            try
            {
                if (isMember) await probe.DisposeAsync().ConfigureAwait(false);
                await (isMember ? SurveyAsync(probe) : SearchAsync(probe)).ConfigureAwait(false);
                if (IsStrangerForLong()) await life.EndAsync().ConfigureAwait(false); // the next life asks again
            }
            catch (Exception error)
            {
                // A port or memory may be short for a moment; a node that gave up would need a restart by hand. One that stops needs no search.
                if (!cancellation.IsCancellationRequested) Said.CannotProbe(_log, error);
            }

            await Task.WhenAny(life.Ended, Task.Delay(isMember ? BetweenSurveys : PollInterval, cancellation)).ConfigureAwait(false);
        }
    }

    private bool IsStrangerForLong()
    {
        _strangerSince = life.IsStranger ? _strangerSince ?? Environment.TickCount64 : null;
        return _strangerSince is { } since && Environment.TickCount64 - since >= StrangersPatience.TotalMilliseconds;
    }

    private async Task SearchAsync(ClusterProbe probe)
    {
        if (_searches++ % SearchesBetweenNames == SearchesBeforeNames) await LearnNamesAsync().ConfigureAwait(false);
        var others = setup.KnownNodes.Others(life.Address);
        if (others.ExceptBy(_asked.Select(other => other.Address), other => other.Address).Any())
        {
            _asked = [.. others];
            life.Join(others.Select(other => other.Address));
        }

        if (life.Standing is not { Standing: ClusterStanding.Searching, MayForm: true } own) return;
        var contacts = await ProbeAsync(probe, others, own).ConfigureAwait(false);
        var waited = TimeSpan.FromMilliseconds(Environment.TickCount64 - _began);
        if (life.Standing.Standing == ClusterStanding.Searching && FormingRule.Forms(own, setup.KnownNodes.IsNew, contacts, waited, setup.Options.FormAfter))
            life.Form();
    }

    /// <summary>Asks silent contacts for their names: Akka.Remote drops messages that are addressed to another name.</summary>
    private async Task LearnNamesAsync()
    {
        foreach (var contact in setup.KnownNodes.Unnamed)
        {
            if (await NameProbe.AskAsync(contact, setup.Credentials, cancellation).ConfigureAwait(false) is not { } name) continue;
            setup.KnownNodes.Learn(contact, name);
            if (name != contact && name != life.Address) setup.Report(new NodeNotice($"The node at {contact} goes by the name {name}, and is asked by that"));
        }
    }

    private async Task SurveyAsync(ClusterProbe probe)
    {
        var own = life.Standing;
        if (own.Coordinator is not null && own.Coordinator != own.Address) return;
        var outside = setup.KnownNodes.Others(life.Address).ExceptBy(life.Members, other => other.Address).ToArray();
        if (outside.Length == 0) return;
        var contacts = await ProbeAsync(probe, outside, own).ConfigureAwait(false);
        own = life.Standing;
        if (own.Standing != ClusterStanding.Member
            || contacts.FirstOrDefault(contact => contact.Standing is { } other && MergingRule.GivesWay(own, other)) is not { Standing: { } found }) return;
        setup.Report(new ClusterGivesWay(found.Coordinator!, found.Members));
        life.GiveWay(found.Coordinator!);
    }

    private async Task<IReadOnlyList<Contact>> ProbeAsync(ClusterProbe probe, IReadOnlyCollection<KnownMember> others, NodeStanding own)
    {
        var contacts = await probe.ProbeAsync(others, own, cancellation).ConfigureAwait(false);
        foreach (var contact in contacts)
            if (contact.Standing is { } standing) setup.KnownNodes.Meet(standing);
        return contacts;
    }

    private static class Said
    {
        private static readonly Action<ILogger, Exception?> CannotProbeMessage =
            LoggerMessage.Define(LogLevel.Warning, new EventId(3, "CannotProbe"), "The node cannot look for others just now; it goes on trying.");

        public static void CannotProbe(ILogger log, Exception error) => CannotProbeMessage(log, error);
    }
}

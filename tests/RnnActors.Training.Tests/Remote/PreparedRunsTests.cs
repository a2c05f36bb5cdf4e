using CsCheck;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using Xunit;

namespace RnnActors.Training.Tests.Remote;

public sealed class PreparedRunsTests
{
    private readonly PreparedRuns<string> _runs = new();

    [Fact]
    public void A_preparation_ends_what_is_not_beside_it_and_leaves_the_others()
    {
        Prepare("a", 0);
        Prepare("b", 1, "a");
        Assert.Equal(["a0", "b1"], _runs.Parts);
        Prepare("c", 2, "b");
        Assert.Equal(["b1", "c2"], _runs.Parts);
        Prepare("c", 3, "b");
        Assert.Equal(["b1", "c3"], _runs.Parts);
        Prepare("d", 4); // an older coordinator says nothing of others
        Assert.Equal(["d4"], _runs.Parts);
    }

    [Fact]
    public void One_that_is_late_is_passed_over_and_one_that_is_said_again_finds_its_part()
    {
        Prepare("b", 1);
        Assert.True(_runs.IsLate(Of("a", 0)));
        Assert.True(_runs.IsLate(Of("b", 0)));
        Prepare("c", 3, "b", "a");
        Assert.False(_runs.IsLate(Of("a", 2))); // its first word was lost
        Assert.True(_runs.TryFind(Of("b", 1), out string part));
        Assert.Equal("b1", part);
        Assert.False(_runs.TryFind(Of("b", 0), out _));
    }

    [Fact]
    public void A_close_of_the_turn_before_closes_nothing()
    {
        Prepare("a", 3);
        Assert.Empty(_runs.Close("a", 2));
        Assert.Empty(_runs.Close("b", 9));
        Assert.Equal(["a3"], _runs.Close("a", 3));
        Prepare("a", 4);
        Assert.Equal(["a4"], _runs.Close("a", null));
        Assert.Empty(_runs.Parts);
    }

    /// <summary>Whatever is lost, late or said twice: once all that counts has been said again, the node has the coordinator's parts and no others.</summary>
    [Fact]
    public void In_the_end_a_node_has_the_parts_that_its_coordinator_has() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 5]).Array[0, 40].Sample(events =>
        {
            var node = new PreparedRuns<string>();
            List<PrepareRemoteRun> present = [];
            List<object> sent = [];
            long turns = 0;
            foreach (var (what, run, which) in events)
            {
                string runId = $"{run}";
                switch (what)
                {
                    case 0 when present.All(part => part.Job.RunId != runId):
                        var prepare = Of(runId, turns++, [.. present.Select(part => part.Job.RunId)]);
                        present.Add(prepare);
                        sent.Add(prepare);
                        break;
                    case 1 when present.Find(part => part.Job.RunId == runId) is { } ended:
                        present.Remove(ended);
                        sent.Add(new RunClosed(1, runId, ended.Turn));
                        break;
                    case 2 or 3 when sent.Count > 0: Arrive(sent[which % sent.Count]); break;
                }
            }

            foreach (var prepare in present) Arrive(prepare);
            foreach (string runId in node.Ids.ToArray()) // as it says that it is there
                if (present.All(part => part.Job.RunId != runId)) node.Close(runId, turns - 1);
            Assert.Equal(present.Select(part => $"{part.Job.RunId}{part.Turn}").Order(), node.Parts.Order());

            void Arrive(object message)
            {
                if (message is RunClosed closed) node.Close(closed.RunId, closed.Turn);
                else Take(node, (PrepareRemoteRun)message);
            }
        });

    private void Prepare(string runId, long turn, params string[] beside) => Take(_runs, Of(runId, turn, beside));

    private static void Take(PreparedRuns<string> runs, PrepareRemoteRun prepare)
    {
        if (runs.TryFind(prepare, out _) || runs.IsLate(prepare)) return;
        runs.Before(prepare);
        runs.Add(prepare, $"{prepare.Job.RunId}{prepare.Turn}");
    }

    private static PrepareRemoteRun Of(string runId, long turn, params string[] beside) =>
        new(1, new JobDescription(runId, runId, "", "", "", null, null, null, 1, "", "", ""), 0, turn, Beside: beside.Length == 0 ? null : beside);
}

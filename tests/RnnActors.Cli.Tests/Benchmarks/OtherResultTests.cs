using RnnActors.Cli.Benchmarks;
using RnnActors.Core.Problems;
using Xunit;

namespace RnnActors.Cli.Tests.Benchmarks;

public sealed class OtherResultTests : IDisposable
{
    private const string Good =
        """{"peer":"torch-2.10","mode":"train","threads":2,"workload":"rnn L1 I1 H10 B32 T32 V0","runs":800,"min_ms":1.1"""
        + ""","median_ms":1.25,"tokens_per_s":819200,"gflops":0.54}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_of_another_program_are_read()
    {
        var results = OtherResult.ReadAll(_folder.Write("theirs.jsonl",
            $"{Good}\r\n\n{Good.Replace("\"peer\":\"torch-2.10\",\"mode\":\"train\",", "", StringComparison.Ordinal)}\n"));
        Assert.Equal(
            [
                new OtherResult("torch-2.10", "train", 2, "rnn L1 I1 H10 B32 T32 V0", 819200),
                new OtherResult("theirs", "train", 2, "rnn L1 I1 H10 B32 T32 V0", 819200),
            ],
            results);
    }

    [Fact]
    public void Our_own_lines_that_are_no_results_are_passed_over()
    {
        var results = OtherResult.ReadAll(_folder.Write("ours.jsonl", $$"""
            {"event":"warning","message":"x"}
            {"event":"measured",{{Good[1..]}}
            {"event":"compared","threads":1}
            """));
        Assert.Single(results);
    }

    [Theory]
    [InlineData("torch", "not JSON")]
    [InlineData("{\"workload\":\"a\"", "not JSON")]
    [InlineData("{\"workload\":\"\\ud800\",\"threads\":1,\"tokens_per_s\":1}", "not JSON")]
    [InlineData("[1]", "not a JSON object")]
    [InlineData("{}", "\"threads\"")]
    [InlineData("{\"threads\":1,\"tokens_per_s\":1}", "\"workload\"")]
    [InlineData("{\"workload\":\"a\",\"threads\":1}", "\"tokens_per_s\"")]
    [InlineData("{\"workload\":7,\"threads\":1,\"tokens_per_s\":1}", "not a text")]
    [InlineData("{\"workload\":\"\",\"threads\":1,\"tokens_per_s\":1}", "printable")]
    [InlineData("{\"workload\":\"a\",\"peer\":\"\\u001b[2J\",\"threads\":1,\"tokens_per_s\":1}", "printable")]
    [InlineData("{\"workload\":\"a\",\"threads\":0,\"tokens_per_s\":1}", "\"threads\"")]
    [InlineData("{\"workload\":\"a\",\"threads\":1.5,\"tokens_per_s\":1}", "\"threads\"")]
    [InlineData("{\"workload\":\"a\",\"threads\":1,\"tokens_per_s\":\"1\"}", "not a number")]
    [InlineData("{\"workload\":\"a\",\"threads\":1,\"tokens_per_s\":-1}", "\"tokens_per_s\"")]
    [InlineData("{\"workload\":\"a\",\"threads\":1,\"tokens_per_s\":0}", "\"tokens_per_s\"")]
    [InlineData("{\"workload\":\"a\",\"threads\":1,\"tokens_per_s\":1e400}", "\"tokens_per_s\"")]
    [InlineData("{\"workload\":\"a\",\"threads\":1e300,\"tokens_per_s\":1}", "\"threads\"")]
    public void Anything_else_is_refused_at_its_line(string line, string named)
    {
        string path = _folder.Write("theirs.jsonl", $"{Good}\n{line}\n{Good}\n");
        var refused = Assert.Throws<InvalidInputException>(() => OtherResult.ReadAll(path));
        Assert.Equal(new SourceLocation(path, 2), refused.Where);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_and_endless_lines_are_refused()
    {
        string path = _folder.File("theirs");
        File.WriteAllBytes(path, [.. Enumerable.Range(0, 256).Select(b => (byte)b)]);
        Assert.Equal(1, Assert.Throws<InvalidInputException>(() => OtherResult.ReadAll(path)).Where!.Line);
        File.WriteAllText(path, new string('[', 100_000));
        Assert.Contains("too long", Assert.Throws<InvalidInputException>(() => OtherResult.ReadAll(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, new string('[', 5_000));
        Assert.Contains("not JSON", Assert.Throws<InvalidInputException>(() => OtherResult.ReadAll(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("{\"event\":\"done\"}")]
    public void A_file_without_a_result_is_refused(string text) =>
        Assert.Contains("no result", Assert.Throws<InvalidInputException>(() => OtherResult.ReadAll(_folder.Write("theirs", text))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_answered_with_the_nearest()
    {
        _folder.Write("torch.jsonl", Good);
        var refused = Assert.Throws<InvalidInputException>(() => OtherResult.ReadAll(_folder.File("torhc.jsonl")));
        Assert.Contains("torch.jsonl", refused.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => OtherResult.ReadAll(_folder.Path));
    }
}

using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks;
using RnnActors.Interop.Onnx;
using RnnActors.Runs.Trained;
using Xunit;

namespace RnnActors.Interop.Tests.Onnx;

/// <summary>Raw values go into the graph, and the forecast that <c>predict</c> makes comes out.</summary>
public sealed class ForecastExportTests : IDisposable
{
    private const string Embedding =
        """model=[{"embedding":3,"reads":["kind"],"name":"category"},{"concatenate":true,"reads":["input","category"]},{"lstm":5},{"dense":"targets"}]""";

    private const string EmbeddingAhead = """
        model=[{"embedding":3,"reads":["kind"],"name":"now"},{"embedding":2,"reads":["kind_ahead"],"name":"ahead"},
        {"concatenate":true,"reads":["input","now","ahead"]},{"lstm":5},{"dense":"targets"}]
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain")]
    [InlineData("two targets", "data.targets=[\"a\",\"b\"]", "data.scale=minMax")]
    [InlineData("log, last", "data.transform=log", "data.relativeTo=last")]
    [InlineData("sqrt, season", "data.transform=sqrt", "data.relativeTo=seasonal", "data.season=9")]
    [InlineData("mean of noise", "data.transform=log", "data.backTransform=mean")]
    [InlineData("normalised", "data.normalize=standard", "data.transform=log")]
    [InlineData("normalised last", "data.normalize=last", "data.targets=[\"a\",\"b\"]")]
    [InlineData("normalised mean", "data.normalize=mean", "data.transform=sqrt")]
    [InlineData("lags and means", "data.lags=[3,1]", "data.rollingMeans=[4]", "data.inputs=[\"b\"]")]
    [InlineData("calendar", "data.calendar=[\"hourOfDay\",\"dayOfWeek\",\"dayOfYear\",\"monthOfYear\"]")]
    [InlineData("known ahead", "data.known=[\"b\"]", "data.inputs=[\"a\"]")]
    [InlineData("category", "data.inputs=[\"a\",\"kind\"]")]
    [InlineData("embedded", "data.embedded=[\"kind\"]", Embedding)]
    [InlineData("embedded, lags", "data.embedded=[\"kind\"]", "data.lags=[3]", "data.normalize=last", Embedding)]
    [InlineData("embedded, known ahead", "data.embedded=[\"kind\"]", "data.known=[\"kind\",\"b\"]", EmbeddingAhead)]
    [InlineData("quantiles", "training.loss={\"quantile\":[0.9,0.1,0.5]}")]
    [InlineData("gaussian", "training.loss=gaussian", "data.targets=[\"a\",\"b\"]")]
    [InlineData("student", "training.loss=studentT")]
    [InlineData("counts", "training.loss=negativeBinomial", "data.scale=none")]
    public void The_graph_forecasts_what_predict_forecasts(string name, params string[] changes)
    {
        string header = "time,a,b,kind\n";
        string[] lines = Lines(90);
        string all = _folder.Write("all.csv", header + string.Concat(lines));
        TrainedRun run = RandomRuns.Create(
            _folder, "run", all, "forecast",
            ["data.targets=[\"a\"]", "data.inputs=[\"a\",\"b\"]", "data.window=8", "data.horizon=3", "data.split={\"train\":1}",
                "model=[{\"lstm\":5},{\"dense\":\"targets\"}]", .. changes]);
        using var session = new OnnxSession(OnnxExport.Create(run.Export())[0]);
        string[] columns = Names(session, "columns"), known = Names(session, "known_columns"), targets = Names(session, "targets");
        int rows = ((Data.Tasks.Exports.WindowExport)run.Export).Rows, horizon = 3, ahead = changes.Contains(EmbeddingAhead) ? horizon : 0;
        var given = new List<(double[] Values, double[] Known, long[] Times, long[] Tokens)>();
        List<double> expected = [];
        foreach (int batch in new[] { 1, 7, 20 })
        {
            given.Clear();
            expected.Clear();
            for (int row = 0; row < batch; row++)
            {
                int end = 60 + row;
                string[] shown = lines[..end];
                if (known.Length + ahead > 0) shown = [.. shown, .. lines[end..(end + horizon)].Select(line => Blank(line))];
                PredictionTable table = run.Predict(_folder.Write("some.csv", header + string.Concat(shown)));
                for (int step = 0; step < horizon; step++)
                    expected.AddRange(targets.Select(target => table.Columns.First(column => column.Name == target).Numbers![step]));
                given.Add((
                    [.. lines[(end - rows)..end].SelectMany(line => columns.Select(column => ValueOf(line, column)))],
                    [.. lines[end..(end + horizon)].SelectMany(line => known.Select(column => ValueOf(line, column)))],
                    [.. lines[(end - rows)..end].Select(line =>
                        new DateTimeOffset(DateTime.Parse(line.Split(',')[0], CultureInfo.InvariantCulture), TimeSpan.Zero).ToUnixTimeSeconds())],
                    [.. lines[(end - Window)..(end + ahead)].Select(line => TokenOf(session, line))]));
            }

            List<(string, Array, int[])> inputs = [("values", given.SelectMany(one => one.Values).ToArray(), [batch, rows, columns.Length])];
            if (session.File.Inputs.Contains("known")) inputs.Add(("known", given.SelectMany(one => one.Known).ToArray(), [batch, horizon, known.Length]));
            if (session.File.Inputs.Contains("times")) inputs.Add(("times", given.SelectMany(one => one.Times).ToArray(), [batch, rows]));
            if (session.File.Inputs.Contains("kind_tokens"))
                inputs.Add(("kind_tokens", given.SelectMany(one => one.Tokens).ToArray(), [batch, Window + ahead]));
            var results = session.Run([.. inputs]);
            Assert.Equal([batch, horizon, targets.Length], results["forecast"].Shape);
            NetworkCase.AssertSame([.. expected], results["forecast"].Values, 1e-5, name);
            if (name == "quantiles")
            {
                Assert.Equal(["0.1", "0.5", "0.9"], Names(session, "quantile_levels"));
                Assert.Equal(results["forecast"].Values, results["quantiles"].Values.Where((_, i) => i % 3 == 1));
                Assert.All(results["quantiles"].Values.Chunk(3), levels => Assert.Equal(levels.Order(), levels));
            }
        }
    }

    [Fact]
    public void Series_have_scales_of_their_own_and_a_new_one_those_of_all()
    {
        string Line(string series, int i) => FormattableString.Invariant($"2024-01-{1 + i:00},{series},{(series == "x" ? 10 : 500) + (7 * Math.Sin(i))}\n");
        string Of(params string[] names) => "time,series,a\n" + string.Concat(names.SelectMany(series => Enumerable.Range(0, 25).Select(i => Line(series, i))));
        TrainedRun run = RandomRuns.Create(
            _folder, "run", _folder.Write("all.csv", Of("x", "y")), "forecast", "data.series=[\"series\"]", "data.targets=[\"a\"]", "data.inputs=[\"a\"]",
            "data.window=6", "data.horizon=2",
            "data.split={\"train\":1}", "model=[{\"gru\":5},{\"dense\":\"targets\"}]");
        using var session = new OnnxSession(OnnxExport.Create(run.Export())[0]);
        PredictionTable table = run.Predict(_folder.Write("new.csv", Of("x", "y", "z")));
        double[] values = [.. new[] { "x", "y", "z" }.SelectMany(series =>
            Enumerable.Range(19, 6).Select(i => double.Parse(Line(series, i).Split(',')[2], CultureInfo.InvariantCulture)))];
        var results = session.Run(("values", values, [3, 6, 1]), ("series", new long[] { 0, 1, 2 }, [3]));
        NetworkCase.AssertSame([.. table.Columns.First(column => column.Name == "a").Numbers!], results["forecast"].Values, 1e-5, "series");
    }

    [Fact]
    public void Rows_behind_the_horizon_are_forecast_from_forecasts()
    {
        string[] lines = Lines(60);
        string all = _folder.Write("all.csv", "time,a,b,kind\n" + string.Concat(lines));
        string[] changes =
        [
            "data.targets=[\"a\",\"b\"]", "data.inputs=[\"b\",\"a\"]", "data.window=8", "data.horizon=3", "data.split={\"train\":1}",
            "data.calendar=[\"hourOfDay\"]", "data.normalize=last",
            "model=[{\"lstm\":5},{\"dense\":\"targets\"}]",
        ];
        TrainedRun run = RandomRuns.Create(_folder, "run", all, "forecast", changes);
        using var session = new OnnxSession(OnnxExport.Create(run.Export(), rows: 8)[0]);
        PredictionTable table = run.Predict(rows: 8);
        double[] values = [.. lines[^8..].SelectMany(line => Names(session, "columns").Select(column => ValueOf(line, column)))];
        long[] times = [.. Enumerable.Range(52, 14).Select(i => Start.AddHours(i).ToUnixTimeSeconds())];
        var results = session.Run(("values", values, [1, 8, 2]), ("times", times, [1, 14]));
        Assert.Equal([1, 8, 2], results["forecast"].Shape);
        double[] expected = [.. Enumerable.Range(0, 8)
            .SelectMany(row => Names(session, "targets").Select(target => table.Columns.First(column => column.Name == target).Numbers![row]))];
        NetworkCase.AssertSame(expected, results["forecast"].Values, 1e-5, "rows");

        TrainedRun other = RandomRuns.Create(_folder, "other", all, "forecast", [.. changes, "data.targets=[\"a\"]"]);
        Assert.Contains("reads 'b', which nobody knows behind its horizon of 3",
            Assert.Throws<InvalidInputException>(() => OnnxExport.Create(other.Export(), rows: 4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_series_embedded_are_read_behind_the_horizon_too()
    {
        double Value(int series, int i) => Math.Round((200 * series) + 100 + (7 * Math.Sin(i + series)), 3);
        string all = "time,shop,a\n" + string.Concat(Enumerable.Range(0, 2).SelectMany(series => Enumerable.Range(0, 30).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{Start.AddDays(i):yyyy-MM-dd},s{series},{Value(series, i)}\n"))));
        TrainedRun run = RandomRuns.Create(
            _folder, "run", _folder.Write("all.csv", all), "forecast", "data.series=[\"shop\"]", "data.targets=[\"a\"]", "data.inputs=[\"a\"]",
            "data.embedded=[\"shop\"]", "data.window=8", "data.horizon=3", "data.split={\"train\":1}",
            Embedding.Replace("kind", "shop", StringComparison.Ordinal));
        using var session = new OnnxSession(OnnxExport.Create(run.Export(), rows: 7)[0]);
        Assert.Equal(["unknown", "s0", "s1"], Names(session, "shop_vocabulary"));
        double[] values = [.. Enumerable.Range(0, 2).SelectMany(series => Enumerable.Range(22, 8).Select(i => Value(series, i)))];
        double[] Forecast(long first, long second) => session.Run(
            ("values", values, [2, 8, 1]), ("series", new long[] { 0, 1 }, [2]),
            ("shop_tokens", (long[])[.. Enumerable.Repeat(first, 14), .. Enumerable.Repeat(second, 14)], [2, 14]))["forecast"].Values;
        double[] expected = [.. run.Predict(rows: 7).Columns.First(column => column.Name == "a").Numbers!];
        NetworkCase.AssertSame(expected, Forecast(1, 2), 1e-5, "rows");
        Assert.All(expected.Zip(Forecast(2, 1)), pair => Assert.True(Math.Abs(pair.First - pair.Second) > 1e-3));
    }

    [Fact]
    public void What_is_embedded_and_known_ahead_is_read_behind_the_horizon_too()
    {
        string[] lines = Lines(60);
        string all = _folder.Write("all.csv", "time,a,b,kind\n" + string.Concat(lines[..50]) + string.Concat(lines[50..].Select(Blank)));
        TrainedRun run = RandomRuns.Create(
            _folder, "run", all, "forecast", "data.targets=[\"a\"]", "data.inputs=[\"a\"]", "data.embedded=[\"kind\"]", "data.known=[\"kind\"]",
            "data.window=8", "data.horizon=3", "data.split={\"train\":1}", EmbeddingAhead);
        using var session = new OnnxSession(OnnxExport.Create(run.Export(), rows: 7)[0]);
        double[] expected = [.. run.Predict(rows: 7).Columns.First(column => column.Name == "a").Numbers!];
        double[] Forecast(Func<string, int, long> token) => session.Run(
            ("values", (double[])[.. lines[42..50].Select(line => ValueOf(line, "a"))], [1, 8, 1]),
            ("kind_tokens", (long[])[.. lines[42..59].Select(token)], [1, 17]))["forecast"].Values;
        NetworkCase.AssertSame(expected, Forecast((line, _) => TokenOf(session, line)), 1e-5, "rows");
        double[] other = Forecast((line, row) => row == 16 ? 0 : TokenOf(session, line)); // the last row that is known
        Assert.Equal(expected[..6], other[..6].Select((value, i) => Math.Abs(value - expected[i]) < 1e-5 ? expected[i] : value));
        Assert.True(Math.Abs(other[6] - expected[6]) > 1e-4);
    }

    private const int Window = 8;

    private static readonly DateTimeOffset Start = new(2024, 2, 27, 5, 0, 0, TimeSpan.Zero);

    private static string[] Lines(int rows) => [.. Enumerable.Range(0, rows).Select(i => string.Create(
        CultureInfo.InvariantCulture,
        $"{Start.AddHours(i):yyyy-MM-dd HH:mm},{Math.Round(100 + (30 * Math.Sin(i * 0.7)) + (i % 7))},"
            + $"{Math.Round(5 + (2 * Math.Cos(i * 0.3)), 3)},{(i * i % 7 < 3 ? "red" : "blue")}\n"))];

    /// <summary>What is known of a row that is to be forecast.</summary>
    private static string Blank(string line) => line.Split(',') is var fields ? $"{fields[0]},,{fields[2]},{fields[3]}" : "";

    private static double ValueOf(string line, string column)
    {
        string[] fields = line.TrimEnd('\n').Split(',');
        if (column.StartsWith("kind=", StringComparison.Ordinal)) return fields[3] == column[5..] ? 1 : 0;
        return double.Parse(fields[column == "a" ? 1 : 2], CultureInfo.InvariantCulture);
    }

    private static long TokenOf(OnnxSession session, string line) =>
        Array.IndexOf(Names(session, "kind_vocabulary"), line.TrimEnd('\n').Split(',')[3]);

    private static string[] Names(OnnxSession session, string key) =>
        session.Metadata.TryGetValue(key, out string? json) ? System.Text.Json.JsonSerializer.Deserialize<string[]>(json)! : [];
}

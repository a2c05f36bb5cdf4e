using System.Globalization;
using Xunit;

namespace RnnActors.Cli.Tests.Commands;

/// <summary><c>export</c> and <c>import</c>: a network goes out and comes back.</summary>
public sealed class ExportCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_network_goes_out_in_every_form_and_comes_back_to_the_same_bits()
    {
        string rows = string.Join('\n', Enumerable.Range(0, 200).Select(row => string.Create(
            CultureInfo.InvariantCulture, $"{new DateTime(2024, 1, 1).AddDays(row):yyyy-MM-dd},{Math.Sin(row / 5.0):F4}")));
        string data = _folder.Write("wave.csv", $"day,height\n{rows}\n"), run = _folder.File("run");
        Assert.Equal(0, (await CommandRun.OfAsync(["train", data, "--json", "--no-plot", "--out", run, .. CommandRun.Tiny])).Code);

        var exported = await CommandRun.OfAsync("export", run, "--last", "--onnx", "--pytorch", _folder.File("torch.safetensors"), "--numpy");
        Assert.Equal((0, ""), (exported.Code, exported.Error));
        Assert.Matches("model.onnx: values.* in, .*output, forecast out", exported.Output);
        foreach (string file in (string[])["run/model.onnx", "torch.safetensors", "torch.py", "run/model.npz"])
            Assert.True(File.Exists(_folder.File(file)), file);

        foreach (string file in (string[])["torch.safetensors", "run/model.npz"])
        {
            string to = _folder.File($"back-{Path.GetExtension(file)}");
            var imported = await CommandRun.OfAsync(["import", _folder.File(file), "--spec", data, "--out", to, .. CommandRun.Tiny]);
            Assert.Equal((0, ""), (imported.Code, imported.Error));
            Assert.Contains((await CommandRun.OfAsync("evaluate", run, "--last", "--json")).Parameters, imported.Output, StringComparison.Ordinal);
            Assert.Equal((await CommandRun.OfAsync("predict", run, "--last")).Output, (await CommandRun.OfAsync("predict", to)).Output);
        }

        string own = _folder.File("own");
        var withoutSpecification = await CommandRun.OfAsync("import", _folder.File("torch.safetensors"), "--out", own);
        Assert.Equal((0, ""), (withoutSpecification.Code, withoutSpecification.Error));
        Assert.Equal((await CommandRun.OfAsync("predict", run, "--last")).Output, (await CommandRun.OfAsync("predict", own)).Output);

        Assert.Equal(0, (await CommandRun.OfAsync("predict", run, "--out", _folder.File("answer.parquet"))).Code);
        Assert.Equal("PAR1"u8.ToArray(), File.ReadAllBytes(_folder.File("answer.parquet"))[..4]);

        await AssertRefused("nothing is asked for", "export", run);
        await AssertRefused("--rows is for --onnx", "export", run, "--numpy", "--rows", "3");
        await AssertRefused("cannot be written", "export", run, "--onnx", _folder.File("no/such/folder.onnx"));
        await AssertRefused("'state.weight_ih_l0' is [16, 1], but",
            ["import", _folder.File("torch.safetensors"), "--spec", data, "--out", _folder.File("x"), .. CommandRun.Tiny, "--set", "model.0.lstm=5"]);
        await AssertRefused("Name a specification with --spec", "import", _folder.File("run/model.npz"));
        _folder.Write("wave.csv", $"day,height\n{rows.Replace("0.9", "3.9", StringComparison.Ordinal)}\n");
        await AssertRefused("the data differ from those", "import", _folder.File("torch.safetensors"), "--out", _folder.File("x"));
        byte[] whole = File.ReadAllBytes(_folder.File("torch.safetensors"));
        File.WriteAllBytes(_folder.File("half.safetensors"), whole[..(whole.Length / 2)]);
        await AssertRefused("half.safetensors", "import", _folder.File("half.safetensors"));
        await AssertRefused("there is no such file", "import", _folder.File("none.npz"), "--spec", data);
        await AssertRefused("already holds a run", ["import", _folder.File("torch.safetensors"), "--spec", data, "--out", run, .. CommandRun.Tiny]);
    }

    private static async Task AssertRefused(string message, params string[] args)
    {
        var refused = await CommandRun.OfAsync(args);
        Assert.Contains(message, refused.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, refused.Code);
    }
}

using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RnnActors.EndToEnd.Tests.Readme;
using RnnActors.Training.Telemetry;
using Xunit;

namespace RnnActors.EndToEnd.Tests.Deploy;

/// <summary>What <c>deploy/monitoring</c> asks Prometheus for is what the program measures.</summary>
public sealed partial class MonitoringTests
{
    private static readonly string Folder = Path.Combine(DocumentFolder.Repository, "deploy", "monitoring");

    private static readonly string[] Functions =
        ["sum", "max", "rate", "increase", "min_over_time", "histogram_quantile", "by", "and", "label_values", "up", "job", "le"];

    [Fact]
    public void Every_alert_has_a_rule_of_metrics_that_exist_a_severity_and_advice()
    {
        var rules = YamlText.ReadAll(Path.Combine(Folder, "alerts.yaml")).Single()["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray())
            .ToList();
        Assert.Equal(rules.Count, rules.Select(rule => rule!["alert"].Text()).Distinct().Count());
        Assert.All(rules, rule =>
        {
            Assert.All(rule!.AsObject(), member => Assert.Contains(member.Key, (string[])["alert", "expr", "for", "labels", "annotations"]));
            Assert.Matches("^RnnActors[A-Za-z]+$", rule["alert"].Text());
            Assert.Contains(rule["labels"]!["severity"].Text(), (string[])["info", "warning", "critical"]);
            Assert.NotEmpty(rule["annotations"]!["summary"].Text());
            Assert.NotEmpty(rule["annotations"]!["description"].Text());
            if (rule["for"] is { } time) Assert.Matches("^[0-9]+m$", time.Text());
            AssertKnown(rule["expr"].Text());
        });
    }

    [Fact]
    public void Every_panel_of_the_dashboard_shows_metrics_that_exist_at_a_place_of_its_own()
    {
        var panels = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "dashboard.json")))!["panels"]!.AsArray();
        Assert.Equal(panels.Count, panels.Select(panel => (int)panel!["id"]!).Distinct().Count());
        HashSet<(int X, int Y)> taken = [];
        Assert.All(panels, panel =>
        {
            var at = panel!["gridPos"]!;
            int x = (int)at["x"]!, y = (int)at["y"]!, width = (int)at["w"]!, height = (int)at["h"]!;
            Assert.InRange(x + width, 1, 24);
            for (int i = 0; i < width * height; i++) Assert.True(taken.Add((x + (i % width), y + (i / width))), $"{panel["title"]} lies over another");
            Assert.NotEmpty(panel["targets"]!.AsArray());
            Assert.All(panel["targets"]!.AsArray(), target => AssertKnown((string)target!["expr"]!));
        });

        // What is measured is shown.
        string all = File.ReadAllText(Path.Combine(Folder, "dashboard.json"));
        Assert.All(Measured().Where(name => !name.EndsWith("_sum", StringComparison.Ordinal) && !name.EndsWith("_count", StringComparison.Ordinal)),
            name => Assert.Contains(name, all, StringComparison.Ordinal));
    }

    [Fact]
    public void Prometheus_scrapes_the_job_that_the_rules_are_for()
    {
        var settings = YamlText.ReadAll(Path.Combine(Folder, "prometheus.yaml")).Single();
        Assert.Equal("rnnactors", settings["scrape_configs"]![0]!["job_name"].Text());
        Assert.All(settings["rule_files"].Texts(), file => Assert.True(File.Exists(Path.Combine(Folder, file))));
    }

    private static void AssertKnown(string expression)
    {
        var measured = Measured();
        foreach (Match word in Word().Matches(Quoted().Replace(expression, "")))
        {
            string name = word.Value;
            Assert.True(measured.Contains(name) || Functions.Contains(name) || Regex.IsMatch(name, "^([0-9.]+[mh]?|__rate_interval)$"),
                $"{name} in {expression}");
        }

        foreach (string pair in (string[])["()", "{}", "[]"]) Assert.Equal(expression.Count(c => c == pair[0]), expression.Count(c => c == pair[1]));
    }

    /// <summary>The names that an exporter for Prometheus gives what the program measures.</summary>
    private static HashSet<string> Measured()
    {
        HashSet<string> names = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name != TrainingMeter.Name) return;
                string name = instrument.Name.Replace('.', '_') + instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
                if (instrument is Counter<long>) names.Add(name + "_total");
                else if (instrument is Histogram<double>) names.UnionWith([name + "_bucket", name + "_sum", name + "_count"]);
                else names.Add(name);
            },
        };
        RuntimeHelpers.RunClassConstructor(typeof(TrainingMeter).TypeHandle);
        listener.Start();
        Assert.NotEmpty(names);
        return names;
    }

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("[A-Za-z0-9_]+(?:\\.[0-9]+)?m?")]
    private static partial Regex Word();
}

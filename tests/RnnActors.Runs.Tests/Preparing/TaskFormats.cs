using System.Text;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Preparing;
using RnnActors.Tests;

namespace RnnActors.Runs.Tests.Preparing;

/// <summary>Data of each kind of task. What a whole task makes of a file that its reader took is nothing but a message that names it, too.</summary>
internal static class TaskFormats
{
    public static readonly IReadOnlyList<HostileFormat> All =
    [
        Of("forecast", "data.csv"),
        Of("classify", "reviews.tsv"),
        Of("classify", "reviews.jsonl"),
        Of("classify", "x.ts"),
        Of("tag", "x.conllu"),
        Of("tag", "x.conll"),
        Of("translate", "pairs.txt"),
        Of("language-model", "text.txt"),
    ];

    private static HostileFormat Of(string task, string file) =>
        new($"{task}-{Path.GetExtension(file)[1..]}", file, () => [Encoding.UTF8.GetBytes(Sample(file))], path => Prepare(path, task))
        {
            Inputs = 120,
            PerByte = 20_000,
        };

    private static void Prepare(string path, string task)
    {
        RunSpecification specification = RunSpecification.ForDataFile(path, task switch
        {
            "forecast" => ["data.targets=[\"x\"]", "data.window=3"],
            "language-model" => ["data.steps=4", "training.batch=2", "training.shards=1"],
            _ => [],
        }, task);
        if (PreparedRun.LoadTask(specification).Train.Rows <= 0) throw new InvalidOperationException("the task has no rows");
    }

    private static string Sample(string name)
    {
        string Lines(Func<int, string> line) => string.Concat(Enumerable.Range(0, 40).Select(line));
        return name switch
        {
            "data.csv" => "date,x,y\n" + Lines(i => $"{new DateTime(2024, 1, 1).AddDays(i):yyyy-MM-dd},{i % 7}.5,{i * i}\n"),
            "reviews.tsv" => "text\tlabel\n" + Lines(i => $"a {(i % 2 == 0 ? "good" : "bad")} film {i}\t{(i % 2 == 0 ? "pos" : "neg")}\n"),
            "reviews.jsonl" => Lines(i => $"{{\"text\": \"a {(i % 2 == 0 ? "good" : "bad")} film {i}\", \"label\": \"{i % 2}\"}}\n"),
            "x.ts" => "@problemName x\n@classLabel true a b\n@data\n" + Lines(i => $"{i},2,3:4,{i}.5,6:{(i % 2 == 0 ? "a" : "b")}\n"),
            "x.conllu" => Lines(i => $"# sent_id = {i}\n1\tle{i % 5}\tle\tDET\tD\t_\t0\troot\t_\t_\n2\tchat\tchat\tNOUN\tN\t_\t1\tobj\t_\t_\n\n"),
            "x.conll" => Lines(i => $"EU{i % 5} NNP B-NP B-ORG\nrejects VBZ B-VP O\n\n"),
            "pairs.txt" => Lines(i => $"the cat {i}\tle chat {i}\n"),
            _ => Lines(i => $"Line {i} of a text, which goes on and on.\n"),
        };
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Layers;
using RnnActors.Core.Objectives;
using RnnActors.Core.Models;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;
using RnnActors.Data.Forecasting;
using RnnActors.Data.Tasks;
using RnnActors.Data.Text;

namespace RnnActors.Data.Specifications;

/// <summary>A specification: its keys are the same for each task, what belongs under <c>data</c> and <c>model</c> is not.</summary>
internal sealed class RunFormat : Format<RunSpecification>
{
    private const string TaskKey = "task";

    private static readonly (string Name, TaskKind Value)[] Tasks = [("forecast", TaskKind.Forecast), ("language-model", TaskKind.LanguageModel)];
    private static readonly Format<TaskKind> Task = new NamesFormat<TaskKind>(Tasks);

    private readonly Dictionary<TaskKind, ObjectFormat<RunSpecification>> _formats = new()
    {
        [TaskKind.Forecast] = For(DataFormats.Forecast, ModelFormat.Forecast),
        [TaskKind.LanguageModel] = For(DataFormats.LanguageModel, ModelFormat.LanguageModel),
    };

    public static RunFormat Instance { get; } = new();

    public override string Expected => "an object with task, data, model and training";

    /// <summary>The JSON schema as it is shipped.</summary>
    public static JsonObject WholeSchema()
    {
        var definitions = new SchemaDefinitions();
        JsonObject schema = Instance.Schema(definitions);
        schema["$defs"] = definitions.All;
        return schema;
    }

    public override RunSpecification Read(SourceNode node)
    {
        if (node.Kind != JsonValueKind.Object) throw node.Refuse(Expected);
        return _formats[node[TaskKey] is { } task ? Task.Read(task) : TaskKind.Forecast].Read(node);
    }

    public override void Write(Utf8JsonWriter writer, RunSpecification value) => _formats[value.Task].Write(writer, value);

    public override SourceNode Apply(Override change, int depth, SourceNode? current) => _formats[TaskOf(current)].Apply(change, depth, current);

    public override JsonObject Schema(SchemaDefinitions definitions)
    {
        JsonObject schema = _formats[TaskKind.Forecast].Schema(definitions);
        JsonObject properties = schema["properties"]!.AsObject();
        string[] differing = ["data", "model"];
        var cases = new JsonArray();
        foreach ((string name, TaskKind task) in Tasks)
        {
            JsonObject own = _formats[task].Schema(definitions)["properties"]!.AsObject();
            cases.Add(new JsonObject
            {
                ["if"] = new JsonObject { ["properties"] = new JsonObject { [TaskKey] = new JsonObject { ["const"] = name } } },
                ["then"] = new JsonObject
                {
                    ["properties"] = new JsonObject(differing.Select(key => KeyValuePair.Create(key, (JsonNode?)own[key]!.DeepClone()))),
                },
            });
        }

        foreach (string key in differing) properties[key] = new JsonObject { ["description"] = properties[key]!["description"]!.DeepClone() };
        schema["allOf"] = cases;
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "A run of RnnActors");
        return schema;
    }

    private static TaskKind TaskOf(SourceNode? node) => Array.Find(Tasks, task => task.Name == node?[TaskKey]?.Text).Value;

    private static ObjectFormat<RunSpecification> For<TData>(Format<TData> data, ModelFormat model)
        where TData : DataSpec =>
        new ObjectFormat<RunSpecification>("an object with task, data, model and training", Blank(typeof(TData) == typeof(TextDataSpec)))
            .Key("$schema", "The JSON schema, for editors.", new TextFormat().OrNothing(), _ => null, (run, _) => run)
            .Required(TaskKey, "What the network is trained for.", Task, run => run.Task, (run, _) => run)
            .Required("data", "What it is trained on.", data, run => (TData)run.Data, (run, v) => run with { Data = v })
            .Required("model", "The layers, from the input to the output.", model, run => run.Model, (run, v) => run with { Model = v })
            .Required("training", "How it is trained.", TrainingFormat.Instance, run => run.Training, (run, v) => run with { Training = v })
            .Key("checkpoint", "When checkpoints are written.", CheckpointSpec.Format, run => run.Checkpoint, (run, v) => run with { Checkpoint = v })
            .Check(RunLaws.LossFitsTask)
            .Check(RunLaws.LayersFit)
            .Check(RunLaws.ValidationIsThere);

    private static RunSpecification Blank(bool isText) => new()
    {
        Data = isText ? new TextDataSpec { Path = "" } : new ForecastDataSpec { Targets = [] },
        Model = new ModelSpec([new Dense()]),
        Training = new TrainingSpec { Loss = new MeanSquaredError(), Optimizer = new Adam(0.001) },
    };
}

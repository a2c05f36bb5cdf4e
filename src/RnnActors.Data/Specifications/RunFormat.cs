using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Layers;
using RnnActors.Core.Objectives;
using RnnActors.Core.Models;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;
using RnnActors.Data.Tasks;

namespace RnnActors.Data.Specifications;

/// <summary>The format of specifications. All tasks have the same keys, except those under <c>data</c> and <c>model</c>.</summary>
internal sealed class RunFormat : Format<RunSpecification>
{
    private const string TaskKey = "task";
    private const string What = "an object with task, data, model and training";

    private static readonly TaskFormat Task = new();

    private readonly ConcurrentDictionary<TaskKind, ObjectFormat<RunSpecification>> _formats = [];

    public static RunFormat Instance { get; } = new();

    public override string Expected => What;

    /// <summary>The complete JSON schema, as it is published.</summary>
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
        return Of(node[TaskKey] is { } task ? Task.Read(task) : TaskKinds.All[0]).Read(node);
    }

    public override void Write(Utf8JsonWriter writer, RunSpecification value) => Of(value.Task).Write(writer, value);

    public override SourceNode Apply(Override change, int depth, SourceNode? current) =>
        Of(TaskKinds.All.FirstOrDefault(kind => kind.Name == current?[TaskKey]?.Text) ?? TaskKinds.All[0]).Apply(change, depth, current);

    public override JsonObject Schema(SchemaDefinitions definitions)
    {
        JsonObject schema = Of(TaskKinds.All[0]).Schema(definitions);
        JsonObject properties = schema["properties"]!.AsObject();
        properties["training"]!.AsObject().Remove("required"); // a whole run may leave them open: OpenSpecification
        string[] differing = ["data", "model"];
        var cases = new JsonArray();
        foreach (TaskKind kind in TaskKinds.All)
        {
            JsonObject own = Of(kind).Schema(definitions)["properties"]!.AsObject();
            cases.Add((JsonNode)new JsonObject
            {
                ["if"] = new JsonObject { ["properties"] = new JsonObject { [TaskKey] = new JsonObject { ["const"] = kind.Name } } },
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

    private ObjectFormat<RunSpecification> Of(TaskKind kind) => _formats.GetOrAdd(kind, Create);

    private static ObjectFormat<RunSpecification> Create(TaskKind kind) =>
        new ObjectFormat<RunSpecification>(What, Blank(kind))
            .Key("$schema", "The JSON schema, for editors.", new TextFormat().OrNothing(), _ => null, (run, _) => run)
            .Required(TaskKey, "What the network is trained for.", Task, run => run.Task, (run, _) => run)
            .Required("data", "What it is trained on.", kind.DataFormat, run => run.Data, (run, v) => run with { Data = v })
            .Contextual(
                "model", "The layers, from the input to the output. Left out: what suits the data, as for `train FILE`.", kind.Model, run => run.Model,
                (run, v) => run with { Model = v })
            .Contextual(
                "training", "How it is trained. Left out, or its loss or optimizer: what suits the data, as for `train FILE`.", TrainingFormat.Instance,
                run => run.Training, (run, v) => run with { Training = v })
            .Key("checkpoint", "When checkpoints are written.", CheckpointSpec.Format, run => run.Checkpoint, (run, v) => run with { Checkpoint = v })
            .Check(SpecificationRules.LossFitsTask)
            .Check(SpecificationRules.LayersFit)
            .Check(SpecificationRules.ValidationIsThere)
            .Check(SpecificationRules.TeacherForcingFitsTask);

    private static RunSpecification Blank(TaskKind kind) => new()
    {
        Data = kind.BlankData,
        Model = new ModelSpec([new Dense()]),
        Training = new TrainingSpec { Loss = new MeanSquaredError(), Optimizer = new Adam(0.001) },
    };

    /// <summary>The kinds of task by their names, including those registered by now.</summary>
    private sealed class TaskFormat : Format<TaskKind>
    {
        public override string Expected => Names().Expected;

        public override TaskKind Read(SourceNode node) => Names().Read(node);

        public override void Write(Utf8JsonWriter writer, TaskKind value) => writer.WriteStringValue(value.Name);

        public override JsonObject Schema(SchemaDefinitions definitions) => Names().Schema(definitions);

        private static NamesFormat<TaskKind> Names() => new([.. TaskKinds.All.Select(kind => (kind.Name, kind))]);
    }
}

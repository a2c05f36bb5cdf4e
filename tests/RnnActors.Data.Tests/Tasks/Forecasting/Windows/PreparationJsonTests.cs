using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Windows;

/// <summary>Reader and writer without reflection do what those with it do: checkpoints of all versions are read, and written to the same text.</summary>
public sealed class PreparationJsonTests
{
    private static readonly JsonSerializerOptions Twin = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private static readonly Preparation Full = new()
    {
        Spec = new ForecastDataSpec
        {
            Path = "a.csv",
            Time = "day",
            Inputs = ["a", "b"],
            Targets = ["a"],
            Series = ["shop"],
            Layout = SeriesLayout.Long,
            Known = ["b"],
            Embedded = ["kind"],
            Lags = [1, 2],
            RollingMeans = [3],
            Holidays = "days.txt",
            Window = 9,
            Horizon = 4,
            Validation = "v.csv",
            Test = "t.csv",
            Scale = Scaling.MinMax,
            Transform = ValueTransform.Log1p,
            Transforms = new Dictionary<string, ValueTransform> { ["Ab"] = ValueTransform.Sqrt },
            BackTransform = BackTransform.Mean,
            RelativeTo = TargetBase.Seasonal,
            Normalize = WindowNormalization.Standard,
            Gaps = GapRule.Cut,
            Season = 7,
            Calendar = [CalendarFeature.DayOfWeek],
            Header = true,
            HeaderLines = 2,
            FooterLines = 1,
            FillDown = ["shop"],
            TimeFormat = "epochMs",
            Delimiter = ';',
            Quote = '\'',
            Culture = "de-DE",
            Encoding = "utf-16",
            Missing = MissingRule.Linear,
            MissingValues = ["-"],
        },
        Embedded = [new EmbeddedColumn("kind", ["x", "y"])],
        Inputs = [new PreparedColumn("a", 1.5, 0.1, new LinearScale(0.25, 1e-9))
        {
            Category = "x",
            Ahead = 1,
            Lag = 2,
            RollingMean = 3,
            IsSeriesValue = true,
            NaiveError = 0.3,
        }],
        Targets = [new PreparedColumn("a", 1, 2, LinearScale.Identity)],
        NoiseVariances = [0.1, 0.2, 0.3, 0.4],
        Series = [new PreparedSeries("north", [LinearScale.Identity], [1], [LinearScale.Identity], [2], [3], [4])],
        Decimals = [2],
    };

    [Fact]
    public void They_write_the_same_text()
    {
        foreach (Preparation preparation in new[] { Full, new()
        {
            Spec = new ForecastDataSpec { Targets = ["y"] },
            Inputs = Full.Targets,
            Targets = Full.Targets,
        } })
            Assert.Equal(JsonSerializer.Serialize(preparation, Twin), preparation.ToJson());
    }

    /// <summary>A checkpoint of an earlier version has not all keys, and a damaged one any value.</summary>
    [Fact]
    public void They_read_the_same_where_a_key_is_missing_or_null_or_of_another_type()
    {
        JsonObject whole = JsonNode.Parse(Full.ToJson())!.AsObject();
        int read = 0;
        foreach ((string? parent, string key) in whole.Select(pair => ((string?)null, pair.Key))
            .Concat(whole["spec"]!.AsObject().Select(pair => ((string?)"spec", pair.Key)))
                     .Concat(whole["inputs"]![0]!.AsObject().Select(pair => ((string?)"inputs", pair.Key))))
        {
            foreach (JsonNode? value in new JsonNode?[] { null, JsonValue.Create("x"), JsonValue.Create(3), "missing" })
            {
                JsonObject changed = whole.DeepClone().AsObject(),
                    place = parent switch { null => changed, "inputs" => changed["inputs"]![0]!.AsObject(), _ => changed[parent]!.AsObject() };
                if (value is JsonValue marker && marker.TryGetValue(out string? text) && text == "missing") place.Remove(key);
                else place[key] = value?.DeepClone();
                string? expected = Read(() => JsonSerializer.Deserialize<Preparation>(changed.ToJsonString(), Twin)),
                    found = Read(() => PreparationJson.Read(changed.ToJsonString()));
                Assert.True(expected == found, $"{parent}.{key} = {value?.ToJsonString() ?? "null"}:\n{expected}\n{found}");
                if (found is not null) read++;
            }
        }

        Assert.InRange(read, 50, 200);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"spec\":{},\"spec\":{}}")]
    [InlineData("{\"spec\":{\"window\":1,\"window\":2}}")]
    [InlineData("{\"version\":1,\"version\":1,\"spec\":3}")]
    [InlineData("{\"spec\":{\"targets\":[]},\"inputs\":[],\"targets\":[null]}")]
    public void What_is_no_preparation_is_refused(string json) => Assert.Throws<InvalidInputException>(() => Preparation.FromJson(json));

    private static string? Read(Func<Preparation?> read)
    {
        try
        {
            return JsonSerializer.Serialize(read(), Twin);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

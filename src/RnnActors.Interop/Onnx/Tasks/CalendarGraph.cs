using RnnActors.Data.Tasks.Exports;
using RnnActors.Interop.Onnx.Graphs;
using static RnnActors.Interop.OnnxSchema.TensorProto.Types;

namespace RnnActors.Interop.Onnx.Tasks;

/// <summary>Calendar features: sines and cosines of dates, from seconds since 1970. Dates are computed by Hinnant's civil_from_days, in integers only, from the
/// year 0 on.</summary>
internal sealed class CalendarGraph(OnnxGraph graph)
{
    private const long SecondsPerDay = 86400;

    /// <param name="times">(batch, window).</param>
    /// <returns>(batch, window, 2 · features), in float.</returns>
    public string Write(string times, IReadOnlyList<ExportedCalendar> features)
    {
        string second = graph.Add("Mod", [times, graph.Long(SecondsPerDay)]);
        string day = Divided(Less(times, second), SecondsPerDay);
        List<string> columns = [];
        foreach (ExportedCalendar feature in features)
        {
            string turns = feature switch
            {
                ExportedCalendar.HourOfDay => Ratio(second, graph.Double(SecondsPerDay)),
                ExportedCalendar.DayOfWeek => Ratio(graph.Add("Mod", [Plus(day, 4), graph.Long(7)]), graph.Double(7)), // 1970 began on a Thursday
                ExportedCalendar.DayOfYear => DayOfYear(day),
                _ => Ratio(Plus(MonthOf(DayFromMarch(day).Day), -1), graph.Double(12)),
            };
            string angle = graph.Add("Mul", [turns, graph.Double(2 * Math.PI)]);
            columns.Add(graph.Unsqueeze(graph.Add("Sin", [angle]), 2));
            // The cosine as a shifted sine: not every runtime has a cosine in double.
            columns.Add(graph.Unsqueeze(graph.Add("Sin", [graph.Add("Add", [angle, graph.Double(Math.PI / 2)])]), 2));
        }

        return graph.Cast(graph.Concat(2, [.. columns]), DataType.Float);
    }

    /// <summary>The day, from 0, and the year in a calendar whose years begin in March.</summary>
    private (string Day, string Year) DayFromMarch(string day)
    {
        const long DaysToMarch0 = 719468, DaysOfEra = 146097;
        string all = Plus(day, DaysToMarch0), era = Divided(all, DaysOfEra);
        string inEra = Less(all, Times(era, DaysOfEra));
        string withoutLeapDays = Less(graph.Add("Add", [Less(inEra, Divided(inEra, 1460)), Divided(inEra, 36524)]), Divided(inEra, 146096));
        string year = Divided(withoutLeapDays, 365);
        string before = graph.Add("Sub", [graph.Add("Add", [Times(year, 365), Divided(year, 4)]), Divided(year, 100)]);
        return (Less(inEra, before), graph.Add("Add", [year, Times(era, 400)]));
    }

    private string MonthOf(string fromMarch)
    {
        string month = Divided(Plus(Times(fromMarch, 5), 2), 153);
        return graph.Add("Where", [graph.Add("Less", [month, graph.Long(10)]), Plus(month, 3), Plus(month, -9)]);
    }

    private string DayOfYear(string day)
    {
        (string fromMarch, string marchYear) = DayFromMarch(day);
        string isEarly = graph.Add("GreaterOrEqual", [fromMarch, graph.Long(306)]);
        string year = graph.Add("Add", [marchYear, graph.Cast(isEarly, DataType.Int64)]);
        string IsMultiple(long of) => graph.Add("Equal", [graph.Add("Mod", [year, graph.Long(of)]), graph.Long(0)]);
        string isLeap = graph.Add("Or", [graph.Add("And", [IsMultiple(4), graph.Add("Not", [IsMultiple(100)])]), IsMultiple(400)]);
        string leap = graph.Cast(isLeap, DataType.Int64);
        string number = graph.Add("Where", [isEarly, Plus(fromMarch, -306), graph.Add("Add", [Plus(fromMarch, 59), leap])]);
        return Ratio(number, graph.Cast(Plus(leap, 365), DataType.Double));
    }

    private string Ratio(string whole, string divisor) => graph.Add("Div", [graph.Cast(whole, DataType.Double), divisor]);

    private string Plus(string value, long other) => graph.Add("Add", [value, graph.Long(other)]);

    private string Times(string value, long other) => graph.Add("Mul", [value, graph.Long(other)]);

    private string Less(string value, string other) => graph.Add("Sub", [value, other]);

    private string Divided(string value, long other) => graph.Add("Div", [value, graph.Long(other)]);
}

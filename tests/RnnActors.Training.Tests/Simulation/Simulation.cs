namespace RnnActors.Training.Tests.Simulation;

/// <summary>Plays scenarios, and makes those that fail smaller.</summary>
internal static class Simulation
{
    /// <returns>
    /// What does not hold; null where all does. The log, where there is to be one. Whether it ended early, with a wrong step that nobody could audit.
    /// </returns>
    public static (string? Failure, IReadOnlyList<string> Log, long Steps, long Pauses, bool IsUnaudited) Play(
        Scenario scenario, Bug bug = Bug.None, bool isLogging = false, bool mayFallBack = false)
    {
        using var world = new World(scenario, bug, isLogging) { MayFallBack = mayFallBack };
        string? failure = null;
        bool isUnaudited = false;
        try
        {
            world.Run();
        }
        catch (UnauditedException)
        {
            isUnaudited = true;
        }
        catch (SimulationException found)
        {
            failure = found.Message;
        }
        catch (Exception error)
        {
            failure = $"{error}";
        }

        if (failure is not null) world.Log?.Add($"{world.Timeline.Now} {failure}");
        return (failure, world.Log ?? [], world.Oracle.Steps, world.Oracle.Pauses, isUnaudited);
    }

    /// <summary>Leaves faults away for as long as what is left still fails.</summary>
    public static Scenario Shrink(Scenario scenario, Func<Scenario, bool> fails)
    {
        var faults = scenario.Faults.ToList();
        for (int size = Math.Max(1, faults.Count / 2); size >= 1; size /= 2)
        {
            for (int first = 0; first < faults.Count;)
            {
                Fault[] fewer = [.. faults.Take(first), .. faults.Skip(first + size)];
                if (fails(scenario with { Faults = fewer })) faults = [.. fewer];
                else first += size;
            }
        }

        return scenario with { Faults = faults };
    }

    /// <summary>What to print of a failure: the scenario, made small, and the end of its log.</summary>
    public static string Describe(Scenario scenario, Bug bug = Bug.None, bool mayFallBack = false)
    {
        var small = Shrink(scenario, fewer => Play(fewer, bug, mayFallBack: mayFallBack).Failure is not null);
        var (failure, log, _, _, _) = Play(small, bug, isLogging: true, mayFallBack);
        return $"{failure}\n{small}\n(RNNACTORS_SEED={scenario.Seed} repeats it; {scenario.Faults.Count - small.Faults.Count} faults had nothing to do "
            + $"with it)\n"
            + string.Join('\n', log.TakeLast(120));
    }
}

using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace RnnActors.Cli.Tests;

/// <summary>Gives arrays of a recorded interface their ranks: the generator writes <c>float[]</c> for <c>float[,,]</c>.</summary>
internal static partial class ArrayRanks
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Restore(string text, Assembly assembly)
    {
        string[] lines = text.Split('\n');
        foreach (Type type in assembly.GetExportedTypes().Where(type => !type.IsSubclassOf(typeof(Delegate))))
        {
            List<(string Name, string[] Parameters, string[] Suffixes)> members = [.. MembersOf(type).Where(member => member.Suffixes.Any(s => s != "[]"))];
            if (members.Count == 0) continue;
            (int first, int end) = BlockOf(lines, type);
            foreach (var (name, parameters, suffixes) in members)
            {
                string names = string.Concat(parameters.Select(parameter => $@"[^()]*?\b{Regex.Escape(parameter)}\b"));
                Regex line = new($@"\b{Regex.Escape(name)}(<\w+>)?{(parameters.Length > 0 ? $@"\({names}(\)| = )" : @"( \{|\(\))")}");
                int at = Enumerable.Range(first, end - first).FirstOrDefault(
                    i => line.IsMatch(lines[i]) && Flat().Count(lines[i]) == suffixes.Length && !lines[i].Contains("[,", StringComparison.Ordinal), -1);
                if (at < 0) throw new InvalidOperationException($"{type}.{name} is not in the recorded interface.");
                int next = 0;
                lines[at] = Flat().Replace(lines[at], _ => suffixes[next++]);
            }
        }

        return string.Join('\n', lines);
    }

    /// <summary>Members with all arrays that their signatures have, in the order in which these are written.</summary>
    private static IEnumerable<(string Name, string[] Parameters, string[] Suffixes)> MembersOf(Type type)
    {
        foreach (ConstructorInfo constructor in type.GetConstructors(Own).Where(IsSeen))
            yield return Of(type.Name.Split('`')[0], null, constructor.GetParameters());
        foreach (MethodInfo method in type.GetMethods(Own).Where(method =>
            IsSeen(method) && !method.IsSpecialName && !method.IsDefined(typeof(CompilerGeneratedAttribute))))
            yield return Of(method.Name, method.ReturnType, method.GetParameters());
        foreach (PropertyInfo property in type.GetProperties(Own).Where(property => property.GetMethod is { } get && IsSeen(get)))
            yield return Of(property.Name, property.PropertyType, property.GetIndexParameters());
    }

    private static (string Name, string[] Parameters, string[] Suffixes) Of(string name, Type? returned, ParameterInfo[] parameters) =>
        (name, [.. parameters.Select(parameter => parameter.Name!)],
            [.. returned is null ? [] : Suffixes(returned), .. parameters.SelectMany(parameter => Suffixes(parameter.ParameterType))]);

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static IEnumerable<string> Suffixes(Type type)
    {
        if (type.IsByRef) return Suffixes(type.GetElementType()!);
        List<string> own = [];
        for (; type.IsArray; type = type.GetElementType()!) own.Add($"[{new string(',', type.GetArrayRank() - 1)}]");
        return type.GetGenericArguments().SelectMany(Suffixes).Concat(own);
    }

    /// <summary>The lines of a type.</summary>
    private static (int First, int End) BlockOf(string[] lines, Type type)
    {
        Regex head = new($@"\b(class|record|struct|interface) {Regex.Escape(type.Name.Split('`')[0])}\b");
        int from = type.DeclaringType is { } outer ? BlockOf(lines, outer).First : Array.IndexOf(lines, $"namespace {type.Namespace}");
        int first = Array.FindIndex(lines, from + 1, head.IsMatch);
        string closing = new string(' ', lines[first].Length - lines[first].TrimStart().Length) + "}";
        return (first, Array.IndexOf(lines, closing, first));
    }

    [GeneratedRegex(@"\[\]")]
    private static partial Regex Flat();
}

using System.Reflection;

namespace RnnActors.Training.ActorSystems;

/// <summary>The version of RnnActors, for people: <c>Protocol.Versions</c> decides who trains together.</summary>
internal static class ProductVersion
{
    public static string Text { get; } = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3);
}

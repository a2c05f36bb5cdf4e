using Akka.Cluster;

namespace RnnActors.Training.Membership;

/// <summary>Orders members by age: the singleton runs on the oldest of its role.</summary>
internal static class MemberAge
{
    private static readonly Comparer<Member> Comparer = Comparer<Member>.Create((a, b) => a.IsOlderThan(b) ? -1 : b.IsOlderThan(a) ? 1 : 0);

    public static IEnumerable<Member> OldestFirst(this IEnumerable<Member> members) => members.Order(Comparer);
}

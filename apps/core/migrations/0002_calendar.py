"""The working calendar: arrangements of 2024–2026 as published, 2027 by law alone until its arrangement is out (暂按)."""

from datetime import date

from django.db import migrations

S, R, W = "statutory", "adjusted_rest", "adjusted_workday"
DAYS = {
    2024: (
        (S, "元旦", "01-01"),
        (W, "春节", "02-04"),
        (S, "春节", "02-10 02-11 02-12"),
        (R, "春节", "02-13 02-14 02-15 02-16 02-17"),
        (W, "春节", "02-18"),
        (S, "清明节", "04-04"),
        (R, "清明节", "04-05 04-06"),
        (W, "清明节", "04-07"),
        (W, "劳动节", "04-28"),
        (S, "劳动节", "05-01"),
        (R, "劳动节", "05-02 05-03 05-04 05-05"),
        (W, "劳动节", "05-11"),
        (S, "端午节", "06-10"),
        (W, "中秋节", "09-14"),
        (R, "中秋节", "09-15 09-16"),
        (S, "中秋节", "09-17"),
        (W, "国庆节", "09-29"),
        (S, "国庆节", "10-01 10-02 10-03"),
        (R, "国庆节", "10-04 10-05 10-06 10-07"),
        (W, "国庆节", "10-12"),
    ),
    2025: (
        (S, "元旦", "01-01"),
        (W, "春节", "01-26"),
        (S, "春节", "01-28 01-29 01-30 01-31"),
        (R, "春节", "02-01 02-02 02-03 02-04"),
        (W, "春节", "02-08"),
        (S, "清明节", "04-04"),
        (R, "清明节", "04-05 04-06"),
        (W, "劳动节", "04-27"),
        (S, "劳动节", "05-01 05-02"),
        (R, "劳动节", "05-03 05-04 05-05"),
        (S, "端午节", "05-31"),
        (R, "端午节", "06-01 06-02"),
        (W, "国庆节", "09-28"),
        (S, "国庆节", "10-01 10-02 10-03"),
        (R, "国庆节", "10-04 10-05"),
        (S, "中秋节", "10-06"),
        (R, "国庆节", "10-07 10-08"),
        (W, "国庆节", "10-11"),
    ),
    2026: (
        (S, "元旦", "01-01"),
        (R, "元旦", "01-02 01-03"),
        (W, "元旦", "01-04"),
        (W, "春节", "02-14"),
        (R, "春节", "02-15"),
        (S, "春节", "02-16 02-17 02-18 02-19"),
        (R, "春节", "02-20 02-21 02-22 02-23"),
        (W, "春节", "02-28"),
        (R, "清明节", "04-04"),
        (S, "清明节", "04-05"),
        (R, "清明节", "04-06"),
        (S, "劳动节", "05-01 05-02"),
        (R, "劳动节", "05-03 05-04 05-05"),
        (W, "劳动节", "05-09"),
        (S, "端午节", "06-19"),
        (R, "端午节", "06-20 06-21"),
        (W, "国庆节", "09-20"),
        (S, "中秋节", "09-25"),
        (R, "中秋节", "09-26 09-27"),
        (S, "国庆节", "10-01 10-02 10-03"),
        (R, "国庆节", "10-04 10-05 10-06 10-07"),
        (W, "国庆节", "10-10"),
    ),
    2027: (
        (S, "元旦", "01-01"),
        (S, "农历除夕", "02-05"),
        (S, "春节", "02-06 02-07 02-08"),
        (R, "春节", "02-09 02-10"),
        (S, "清明节", "04-05"),
        (S, "劳动节", "05-01 05-02"),
        (R, "劳动节", "05-03 05-04"),
        (S, "端午节", "06-09"),
        (S, "中秋节", "09-15"),
        (S, "国庆节", "10-01 10-02 10-03"),
        (R, "国庆节", "10-04 10-05"),
    ),
}
PROVISIONAL = {2027}


def seed(apps, schema_editor):  # noqa: ARG001  # Django's signature
    day_model = apps.get_model("core", "CalendarDay")
    rows = []
    for year, groups in DAYS.items():
        provisional = year in PROVISIONAL
        source = (
            "法定节假日，尚未公布安排" if provisional else f"国务院办公厅关于{year}年部分节假日安排的通知"
        )
        for kind, name, days in groups:
            for day in days.split():
                month, number = map(int, day.split("-"))
                rows.append(
                    day_model(
                        date=date(year, month, number),
                        kind=kind,
                        name=name,
                        source=source,
                        is_provisional=provisional,
                    )
                )
    day_model.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
